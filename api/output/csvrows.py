"""CSV (RFC 4180): the header is the row type's field names, then one line per row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from api.output.rows import cells, columns, rows


def write(answer: Any) -> Iterator[str]:
    """The header and one line per row."""
    yield _line(columns(type(answer)))
    for row in rows(answer):
        yield _line(cells(row))


def _line(values: tuple[str, ...]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(values)
    return text.getvalue()
