"""What a change breaks with nothing folded: a row for every verdict."""

from __future__ import annotations

from dataclasses import dataclass, fields

from rich.console import Console

from api.output.tables.impact import NAMES, notes, rows, tell
from queries.impact import ImpactAnswer

__all__ = ["NAMES", "Opened", "draw", "notes", "opened", "people"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(ImpactAnswer):
    """The same answer, told with every row."""


def opened(answer: ImpactAnswer) -> Opened:
    """The answer with nothing folded."""
    return Opened(**{field.name: getattr(answer, field.name) for field in fields(answer)})


def draw(answer: Opened, console: Console) -> None:
    """As the folded answer, with all rows in its table, however many."""
    tell(answer, people(answer), console, most=None)


def people(answer: ImpactAnswer) -> list[tuple[str, ...]]:
    """Every row, worst first, equal ones of several assemblies once."""
    return rows(answer.affected)
