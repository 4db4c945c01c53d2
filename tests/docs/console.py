"""Sessions in the documentation are run, and what they print is compared to the letter.

A fenced block marked ``console`` holds commands (``$ lineage ...``) and what each prints. A line
that is ``...`` stands for any lines; ``...`` inside a line for any text.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Call:
    """One command of a session, the output that the page shows, and where it stands."""

    command: str
    shown: str
    line: int


def blocks(page: Path, language: str) -> list[tuple[int, str]]:
    """The fenced blocks of a language: (line number, text)."""
    text = page.read_text()
    return [
        (text.count("\n", 0, match.start()) + 1, match.group(2))
        for match in FENCE.finditer(text)
        if match.group(1) == language
    ]


def calls(page: Path) -> list[Call]:
    """Every command of the page's console blocks, in order."""
    found = []
    for line, text in blocks(page, "console"):
        command: str | None = None
        shown: list[str] = []
        start = line
        for offset, row in enumerate(text.splitlines(), start=1):
            if row.startswith("$ "):
                if command is not None:
                    found.append(Call(command, "\n".join(shown), start))
                command, shown, start = row[2:], [], line + offset
            elif command is not None and command.endswith("\\"):
                command = command[:-1] + row.strip()
            else:
                shown.append(row)
        if command is not None:
            found.append(Call(command, "\n".join(shown), start))
    return found


def run(call: Call, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run one command as a reader would type it, in a folder of its own."""
    environment = {
        **os.environ,
        "LINEAGE_DB": f"sqlite:///{folder / 'lineage.sqlite'}",
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    words = shlex.split(call.command)
    spread = [
        name
        for word in words
        for name in (sorted(map(str, _glob(folder, word))) if "*" in word else [word])
    ]
    return subprocess.run(
        spread, cwd=folder, env=environment, capture_output=True, text=True, check=False,
        timeout=300,
    )  # fmt: skip


def _glob(folder: Path, word: str) -> list[Path]:
    found = [path.relative_to(folder) for path in folder.glob(word)]
    return found or [Path(word)]


def agrees(shown: str, printed: str) -> bool:
    """Whether the printed text is what the page shows, up to its ellipses."""
    parts = [re.escape(part) for part in re.split(r"\.\.\.", _trimmed(shown))]
    return re.fullmatch(".*?".join(parts), _trimmed(printed), re.DOTALL) is not None


def _trimmed(text: str) -> str:
    return "\n".join(row.rstrip() for row in text.strip().splitlines())
