"""What was ever said of a component, on a screen."""

from __future__ import annotations

from rich.console import Console

from api.output.rows import cell
from api.output.tables.grid import grid
from lineage.vocabulary.edges import RUNTIME
from queries.claim_row import Claimed, ClaimRow
from queries.history import Answer

NAMES = ("from", "to", "says", "value", "in", "stream", "by")


def draw(answer: Answer, console: Console) -> None:
    """A row per claim, oldest first."""
    console.print(headline(answer), style="bold", markup=False)
    if answer.rows:
        console.print()
        console.print(grid(NAMES, people(answer), width=console.width))
    console.print()
    for text in notes(answer):
        console.print(text, markup=False)


def headline(answer: Answer) -> str:
    """How much was said, and how much of it still stands."""
    claims = "claim was" if answer.total == 1 else "claims were"
    return f"{answer.total} {claims} ever made of {answer.key}; {answer.living} still stand."


def people(answer: Answer) -> list[tuple[str, ...]]:
    """A row per claim, oldest first."""
    return [line(row, answer.key) for row in answer.rows]


def notes(answer: Answer) -> list[str]:
    """Where it was asked."""
    return [f"seen at revision {answer.revision}, the public pack at {answer.pack_revision}"]


def line(row: ClaimRow, key: str) -> tuple[str, ...]:
    """One claim in a line."""
    since, until = (revision(row, number) for number in (row.from_revision, row.to_revision))
    about = "" if row.about in (None, key) else f" (of {row.about})"
    return (
        since, until, f"{said(row)}{about}", value(row), row.assembly or "",
        row.stream, row.principal or row.client,
    )  # fmt: skip


def revision(row: ClaimRow, number: int | None) -> str:
    """A revision of the record, or of the public pack; "" where it has not come."""
    if number is None:
        return ""
    return f"pack r{number}" if row.public else f"r{number}"


def said(row: Claimed) -> str:
    """What kind of claim it is."""
    if row.edge is not None:
        return f"{row.edge} {row.upstream}"
    return row.name or row.says


def value(row: Claimed) -> str:
    """What it claims, short."""
    if row.says in ("edge", "member"):
        wish = row.requirement.raw if row.requirement else ""
        scope = row.dependency_scope if row.dependency_scope != RUNTIME else ""
        return " ".join(filter(None, [wish, scope]))
    if row.says == "pointer":
        return row.upstream or ""
    if row.state not in (None, "value"):
        return f"({row.state})"
    match row.value:
        case {"expression": str(text)} | {"raw": str(text)} | {"kind": str(text)}:
            return text
    text = cell(row.value)
    return text if len(text) <= 60 else f"{text[:57]}..."
