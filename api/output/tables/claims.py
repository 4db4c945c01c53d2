"""What is said of a component now, on a screen."""

from __future__ import annotations

from rich.console import Console

from api.output.tables.grid import grid
from api.output.tables.history import revision, said, value
from queries.claims import Answer

NAMES = ("since", "at", "says", "value", "in", "stream", "by")


def draw(answer: Answer, console: Console) -> None:
    """A row per claim, oldest first."""
    count = "1 claim stands" if answer.total == 1 else f"{answer.total} claims stand"
    console.print(f"{count} of {answer.key}.", style="bold", markup=False)
    if answer.rows:
        console.print()
        console.print(grid(NAMES, people(answer), width=console.width))
    console.print()
    for text in notes(answer):
        console.print(text, markup=False)


def people(answer: Answer) -> list[tuple[str, ...]]:
    """A row per claim, oldest first."""
    return [
        (revision(row, row.from_revision), f"{row.from_at:%Y-%m-%d %H:%M}", said(row), value(row),
         row.assembly or "", row.stream, row.principal or row.client)
        for row in answer.rows
    ]  # fmt: skip


def notes(answer: Answer) -> list[str]:
    """Where it was asked."""
    return [f"seen at revision {answer.revision}, the public pack at {answer.pack_revision}"]
