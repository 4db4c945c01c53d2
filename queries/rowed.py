"""The list that an answer is about: the one that files and tables hold."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints


def rows_field(answer: type[Any]) -> str:
    """The name of the field that holds the rows: ``ROWS``, else the last list of dataclasses."""
    named = getattr(answer, "ROWS", None)
    if isinstance(named, str):
        return named
    hints = get_type_hints(answer)
    found = [field.name for field in fields(answer) if row_type(hints[field.name]) is not None]
    return found[-1]


def row_of(answer: type[Any], field: str) -> type[Any] | None:
    """The type of the rows of a field; None where they are no dataclasses."""
    return row_type(get_type_hints(answer).get(field))


def row_type(hint: Any) -> type[Any] | None:
    """The dataclass that a type holds several of; None for any other type."""
    for arg in get_args(hint):
        if is_dataclass(arg) and isinstance(arg, type):
            return arg
        if (nested := row_type(arg)) is not None:
            return nested
    return None
