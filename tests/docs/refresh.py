"""Bring the sessions of pages up to date: `python -m tests.docs.refresh PAGE...`.

Runs every command of a page and writes what it prints where the page shows something else; an
output with ellipses that still agrees is left as it is. Read the difference before it is kept.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.docs.console import Session, agrees, calls


def refresh(page: Path) -> int:
    """Rewrite a page's outputs in place; returns how many were out of date."""
    found = calls(page)
    rows = page.read_text().splitlines()
    changed: list[tuple[int, int, list[str]]] = []
    with tempfile.TemporaryDirectory() as folder, Session(Path(folder)) as session:
        for call in found:
            printed = [row.rstrip() for row in session.run(call).strip().splitlines()]
            if agrees(call.shown, "\n".join(printed)):
                continue
            begin = call.line
            while rows[begin - 1].endswith("\\"):
                begin += 1
            changed.append((begin, len(call.shown.splitlines()), printed))
    for begin, length, printed in reversed(changed):
        rows[begin : begin + length] = printed
    page.write_text("\n".join(rows) + "\n")
    return len(changed)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(f"{name}: {refresh(Path(name))} brought up to date")
