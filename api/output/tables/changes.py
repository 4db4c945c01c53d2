"""What revisions opened and closed, on a screen."""

from __future__ import annotations

from rich.console import Console

from api.output.tables.grid import grid
from queries.changes import Answer

NAMES = ("revision", "at", "subject", "opened", "closed", "format", "stream", "by")


def draw(answer: Answer, console: Console) -> None:
    """A row per revision, oldest first."""
    if not answer.rows:
        console.print(f"Nothing has changed since; revision {answer.revision} is the newest.")
        return
    console.print(grid(NAMES, people(answer), width=console.width))
    console.print()
    for text in notes(answer):
        console.print(text, markup=False)


def people(answer: Answer) -> list[tuple[str, ...]]:
    """A row per revision, oldest first."""
    return [
        (str(row.number), f"{row.at:%Y-%m-%d %H:%M}", row.subject, str(row.opened),
         str(row.closed), row.format, row.stream, row.principal)
        for row in answer.rows
    ]  # fmt: skip


def notes(answer: Answer) -> list[str]:
    """The newest revision there is."""
    return [f"the newest revision is {answer.revision}"]
