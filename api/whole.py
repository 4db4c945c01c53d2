"""Lists written to the end, as files and streams are: rows only, a page in memory at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import chain
from typing import Any

import orjson

from api.output.rows import cells, columns
from api.plain import plain
from queries.question import Handle
from queries.whole import pages

FORMS = ("ndjson", "csv")


def written(handle: Handle, question: Any, form: str, most: int | None = None) -> Iterator[str]:
    """The rows of a list question in a form, to the end or at most so many of them.

    What the question raises is raised here, before anything is written.
    """
    found = pages(handle, question, most)
    first = next(found)
    return _WRITERS[form](first, chain((first,), found))


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
