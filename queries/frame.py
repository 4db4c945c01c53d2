"""Answers as tables of pandas, where that is installed."""

from __future__ import annotations

from dataclasses import asdict, fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from queries.rowed import row_of, rows_field

if TYPE_CHECKING:
    import pandas as pd


def frame(answer: Any, field: str | None = None) -> pd.DataFrame:
    """The rows of an answer; a column for each field of the row's type, also without rows.

    Raises ModuleNotFoundError where pandas is not installed, ValueError for a field that is no
    list of rows.
    """
    import pandas as pd

    kind = type(answer)
    name = field or rows_field(kind)
    row = row_of(kind, name)
    if row is None:
        known = [one.name for one in fields(kind) if row_of(kind, one.name) is not None]
        raise ValueError(f"'{name}' is no list of rows; there are {', '.join(known)}")
    columns = [one.name for one in fields(row)]
    held = getattr(answer, name) or ()
    return pd.DataFrame(
        [[_plain(getattr(one, column)) for column in columns] for one in held], columns=columns
    )


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value.value if isinstance(value, Enum) else value
