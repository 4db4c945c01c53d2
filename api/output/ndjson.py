"""NDJSON: one row of the answer's list per line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from api.output.rows import rows
from api.plain import plain


def write(answer: Any) -> Iterator[str]:
    """One line per row."""
    for row in rows(answer):
        yield orjson.dumps(row, option=orjson.OPT_NON_STR_KEYS, default=plain).decode() + "\n"
