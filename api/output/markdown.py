"""Markdown: the headline, then the rows as one table, ready for a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from api.output.rows import cells, columns, rows


def write(answer: Any) -> Iterator[str]:
    """The headline (if the answer has one) and the table; columns that are empty are left out."""
    headline = getattr(answer, "headline", None)
    if headline:
        yield f"**{_text(headline)}**\n\n"
    names, table = _people(answer)
    kept = [i for i in range(len(names)) if any(line[i] for line in table)]
    if not kept:
        yield "Nothing.\n"
        return
    yield _line([names[i] for i in kept])
    yield _line(["---"] * len(kept))
    for line in table:
        yield _line([_text(line[i]) for i in kept])


def _people(answer: Any) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """The rows as people read them, where the question has such rows; else all cells."""
    module = f"api.output.tables.{type(answer).__module__.rpartition('.')[2]}"
    drawn = import_module(module) if find_spec(module) is not None else None
    if drawn is not None and hasattr(drawn, "people"):
        return drawn.NAMES, drawn.people(answer)
    return columns(type(answer)), [cells(row) for row in rows(answer)]


def _line(values: list[str]) -> str:
    return "| " + " | ".join(values) + " |\n"


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
    return " ".join(escaped.split())
