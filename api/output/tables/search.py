"""What a search found."""

from __future__ import annotations

from rich.console import Console

from api.output.tables.grid import grid
from queries.search import Answer

NAMES = ("kind", "name", "version", "key", "held by")


def people(answer: Answer) -> list[tuple[str, ...]]:
    """A row per component, best first."""
    return [(f.kind, f.name, f.version or "", f.key, str(f.held_by or "")) for f in answer.found]


def draw(answer: Answer, console: Console) -> None:
    """A row per component, best first."""
    if not answer.found:
        console.print(f"nothing is called '{answer.text}'", markup=False)
        return
    console.print(
        grid(
            ("kind", "name", "version", "key", "held by"),
            [(f.kind, f.name, f.version or "", f.key, str(f.held_by or "")) for f in answer.found],
        )
    )
    shown = len(answer.found)
    tail = "" if shown == answer.total else f" (the first {shown} of {answer.total})"
    console.print(f"{answer.total} found{tail}; revision {answer.revision}", markup=False)
