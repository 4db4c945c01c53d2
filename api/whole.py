"""Lists written to the end, as files and streams are: rows only, a page in memory at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import orjson

from api.output.rows import cells, columns
from api.plain import plain
from queries.question import Handle
from queries.whole import pages

FORMS = ("ndjson", "csv")


TOLD = ("total", "cannot_compare", "left_to_knowledge", "archived")
"""What an answer says of rows that are not among those written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Rows as text, made while they are taken.

    ``told`` counts, by names of TOLD, all rows and what was left out, as far as the list says it.
    """

    told: Mapping[str, int]
    pieces: Iterator[str]


def written(handle: Handle, question: Any, form: str, most: int | None = None) -> Written:
    """The rows of a list question in a form, to the end or at most so many of them.

    What the question raises is raised here, before anything is written.
    """
    found = pages(handle, question, most)
    first = next(found)
    return Written(told=told(first), pieces=_WRITERS[form](first, chain((first,), found)))


def told(answer: Any) -> dict[str, int]:
    """What an answer says of its rows, by names of TOLD."""
    said = {name: getattr(answer, name, None) for name in TOLD}
    return {name: number for name, number in said.items() if number is not None}


def header_of(name: str) -> str:
    """The header that tells a name of TOLD beside a file of rows."""
    return f"Lineage-{name.replace('_', '-').title()}"


def _ndjson(first: Any, found: Iterator[Any]) -> Iterator[str]:  # noqa: ARG001
    for page in found:
        lines = [
            orjson.dumps(row, option=orjson.OPT_NON_STR_KEYS, default=plain).decode() + "\n"
            for row in page.rows
        ]
        yield "".join(lines)


def _csv(first: Any, found: Iterator[Any]) -> Iterator[str]:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns(type(first)))
    for page in found:
        writer.writerows(cells(row) for row in page.rows)
        yield text.getvalue()
        text.seek(0)
        text.truncate()


_WRITERS = {"ndjson": _ndjson, "csv": _csv}
