"""The list that an answer is about, and its rows as flat cells of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

import orjson

from api.plain import plain
from queries.rowed import row_of, rows_field


def columns(answer: type[Any]) -> tuple[str, ...]:
    """The column names of the rows, in order."""
    row = row_of(answer, rows_field(answer))
    return tuple(field.name for field in fields(row)) if row is not None else ()


def rows(answer: Any) -> Sequence[Any]:
    """The rows of an answer."""
    found: Sequence[Any] | None = getattr(answer, rows_field(type(answer)))
    return found or ()


def cells(row: Any) -> tuple[str, ...]:
    """One row as text, in the order of the columns: null is empty, ways are ``a > b | a > c``."""
    return tuple(cell(getattr(row, field.name)) for field in fields(row))


def cell(value: Any) -> str:
    """A value as the text of one cell; what is nested is compact JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, Sequence) and all(isinstance(one, str) for one in value):
        return " ".join(value)
    if _is_path(value):
        return " > ".join(step.key for step in value)
    if isinstance(value, Sequence) and value and all(_is_path(one) for one in value):
        return " | ".join(cell(one) for one in value)
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS, default=plain).decode()


def _is_path(value: Any) -> bool:
    if not isinstance(value, Sequence) or not value:
        return False
    return all(
        is_dataclass(one) and {f.name for f in fields(one)} == {"key", "edge"} for one in value
    )
