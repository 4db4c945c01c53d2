"""Groups of rows on a screen."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from api.output.rows import cell
from api.output.tables.grid import grid
from api.output.tables.leftout import left_out
from queries.aggregate import AggregateRow, Answer

NAMES = ("group", "rows", "value", "left out")


def draw(answer: Answer, console: Console) -> None:
    """A row per group, the greatest first."""
    names, lines = _table(answer)
    if lines:
        console.print(grid(names, lines, width=console.width))
        console.print()
    for text in notes(answer):
        console.print(text, markup=False)


def people(answer: Answer) -> list[tuple[str, ...]]:
    """A row per group: what its rows share, how many they are, their measure."""
    return [
        (_group(row), str(row.count), _value(row.value), str(row.skipped or ""))
        for row in answer.rows
    ]


def notes(answer: Answer) -> list[str]:
    """How many rows there are in all, and which are in no group."""
    found = [f"{answer.total} {answer.over} in all; revision {answer.revision}"]
    return [*found, *left_out(answer)]


def _table(answer: Answer) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    by = [name.replace("_", " ") for name in answer.group_by] or ["all"]
    what = answer.measure.lower().replace("_", " ")
    unit = f" ({answer.unit})" if answer.unit else ""
    plain = answer.measure == "COUNT" and answer.of is None
    measured = () if plain else (f"{what} of {answer.of}{unit}", "left out")
    lines = []
    for row in answer.rows:
        keys = [_group(row), *[""] * (len(by) - 1)] if row.rest else [_key(one) for one in row.keys]
        told = () if plain else (_value(row.value), str(row.skipped or ""))
        lines.append((*(keys or ["all"]), str(row.count), *told))
    return (*by, "rows", *measured), lines


def _group(row: AggregateRow) -> str:
    if row.rest:
        return f"({row.groups} more)"
    return ", ".join(_key(one) for one in row.keys) or "all"


def _key(value: Any) -> str:
    return "(nobody says)" if value is None else cell(value)


def _value(value: float | None) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else f"{value:.6g}"
