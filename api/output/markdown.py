"""Markdown: the headline, then the rows as one table, ready for a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from api.output.rows import cells, columns, rows


def write(answer: Any) -> Iterator[str]:
    """The headline (if there is one), the table without empty columns, then what else is said."""
    headline = getattr(answer, "headline", None)
    if headline:
        yield f"**{_text(headline)}**\n\n"
    names, table = _people(answer)
    kept = [i for i in range(len(names)) if any(line[i] for line in table)]
    if kept:
        yield _line([names[i] for i in kept])
        yield _line(["---"] * len(kept))
        for line in table:
            yield _line([_text(line[i]) for i in kept])
    else:
        yield "Nothing.\n"
    for at, note in enumerate(_notes(answer)):
        yield ("" if at else "\n") + f"- {_text(note)}\n"


def _people(answer: Any) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """The rows as people read them, where the question has such rows; else all cells."""
    drawn = _drawn(answer)
    if drawn is not None and hasattr(drawn, "people"):
        return drawn.NAMES, drawn.people(answer)
    return columns(type(answer)), [cells(row) for row in rows(answer)]


def _notes(answer: Any) -> Sequence[str]:
    """What else people are told of the answer, where the question has such words."""
    drawn = _drawn(answer)
    found: Sequence[str] = drawn.notes(answer) if hasattr(drawn, "notes") else ()
    return found


def _drawn(answer: Any) -> Any:
    module = f"api.output.tables.{type(answer).__module__.rpartition('.')[2]}"
    return import_module(module) if find_spec(module) is not None else None


def _line(values: list[str]) -> str:
    return "| " + " | ".join(values) + " |\n"


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
    return " ".join(escaped.split())
