"""Markdown: the headline, then the rows as one table, ready for a pull request.

A lineage is a page of evidence instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from api.output import evidence, narrowing
from api.output.rows import cells, columns, rows
from api.output.tables.drawn import drawn
from queries.provenance import Answer as Provenance


def write(answer: Any) -> Iterator[str]:
    """The headline (if there is one), the table without empty columns, then what else is said."""
    if isinstance(answer, Provenance):
        yield from evidence.page(answer)
        return
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
    how = drawn(answer)
    if how is not None and hasattr(how, "people"):
        return how.NAMES, how.people(answer)
    return columns(type(answer)), [cells(row) for row in rows(answer)]


def _notes(answer: Any) -> Sequence[str]:
    """What else people are told of the answer, where the question has such words."""
    how = drawn(answer)
    found: Sequence[str] = how.notes(answer) if hasattr(how, "notes") else ()
    narrowed = narrowing.told(answer)
    return found if narrowed is None else (*found, narrowed)


def _line(values: list[str]) -> str:
    return "| " + " | ".join(values) + " |\n"


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
    return " ".join(escaped.split())
