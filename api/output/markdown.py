"""Markdown: the headline, then the rows as one table, ready for a pull request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from api.output.rows import cells, columns, rows


def write(answer: Any) -> Iterator[str]:
    """The headline (if the answer has one) and the table; columns that are empty are left out."""
    headline = getattr(answer, "headline", None)
    if headline:
        yield f"**{_text(headline)}**\n\n"
    table = [cells(row) for row in rows(answer)]
    names = columns(type(answer))
    kept = [i for i in range(len(names)) if any(line[i] for line in table)]
    if not kept:
        yield "Nothing.\n"
        return
    yield _line([names[i] for i in kept])
    yield _line(["---"] * len(kept))
    for line in table:
        yield _line([_text(line[i]) for i in kept])


def _line(values: list[str]) -> str:
    return "| " + " | ".join(values) + " |\n"


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
    return " ".join(escaped.split())
