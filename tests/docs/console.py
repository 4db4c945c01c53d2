"""Sessions in the documentation are run, and what they print is compared to the letter.

A fenced block marked ``console`` holds commands (``$ lineage ...``) and what each prints, both to
stdout and to stderr. A line that is ``...`` stands for any lines; ``...`` inside a line for any
text. ``$ echo $?`` shows the exit code of the command before, which is 0 where it is not shown. A
command that ends in ``&`` serves until the page ends; port 8000 is then any free port.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PORT = "8000"
PROGRAMS = {
    "lineage": [sys.executable, "-m", "api.cli"],
    "make demo SERVE=0": [sys.executable, "-m", "api.demo", "--no-serve"],
}
"""What is run for a command, so that nothing has to be installed."""


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
            # what `make demo` prints holds commands of its own: they are its output
            if row.startswith("$ ") and not (command or "").startswith("make demo"):
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


@dataclass(slots=True)
class Session:
    """A reader at a terminal of 100 columns, in a folder with the demo's documents."""

    folder: Path
    code: int = 0
    port: str = PORT
    serving: list[subprocess.Popen[str]] = field(default_factory=list)

    def __enter__(self) -> Self:
        shutil.copytree(ROOT / "api" / "demo" / "estate", self.folder / "estate")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        for server in self.serving:
            server.terminate()
            server.wait(timeout=30)

    def run(self, call: Call) -> str:
        """What a command prints; it is typed as it stands, without a shell."""
        if call.command == "echo $?":
            return str(self.code)
        words = self._words(call.command.removesuffix("&"))
        if call.command.endswith("&"):
            return self._serve(words)
        done = subprocess.run(
            words, cwd=self.folder, env=self._environment(), text=True, check=False, timeout=300,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.code = done.returncode
        return done.stdout.replace(f":{self.port}", f":{PORT}")

    def _serve(self, words: list[str]) -> str:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = str(free.getsockname()[1])
        server = subprocess.Popen(
            [*words, "--port", self.port], cwd=self.folder, env=self._environment(), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.serving.append(server)
        self.code = 0  # what a shell says of a command that it left behind
        assert server.stdout is not None
        said = server.stdout.readline()
        for _ in range(300):
            try:
                with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=1):
                    break
            except (URLError, OSError):
                time.sleep(0.1)
        return said.replace(f":{self.port}", f":{PORT}")

    def _words(self, command: str) -> list[str]:
        typed = command.strip().replace(f":{PORT}", f":{self.port}")
        for name, program in PROGRAMS.items():
            if typed == name or typed.startswith(f"{name} "):
                rest = shlex.split(typed[len(name) :])
                return [*program, *(one for word in rest for one in self._spread(word))]
        return [one for word in shlex.split(typed) for one in self._spread(word)]

    def _spread(self, word: str) -> list[str]:
        if "*" not in word or "/" not in word or "{" in word:
            return [word]
        found = sorted(str(path.relative_to(self.folder)) for path in self.folder.glob(word))
        return found or [word]

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "LINEAGE_DB": f"sqlite:///{self.folder / 'lineage.sqlite'}",
            "COLUMNS": "100",
            "NO_COLOR": "1",
            "PYTHONPATH": str(ROOT),
        }


def agrees(shown: str, printed: str) -> bool:
    """Whether the printed text is what the page shows, up to its ellipses."""
    parts = [re.escape(part) for part in re.split(r"\.\.\.", _trimmed(shown))]
    return re.fullmatch(".*?".join(parts), _trimmed(printed), re.DOTALL) is not None


def _trimmed(text: str) -> str:
    return "\n".join(row.rstrip() for row in text.strip().splitlines())
