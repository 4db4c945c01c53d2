"""Rows made of columns: each field of all of them at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

R = TypeVar("R")


def filled(kind: type[R], count: int, columns: Mapping[str, Sequence[Any]]) -> tuple[R, ...]:
    """So many values of a slotted dataclass without a ``__post_init__``, by column.

    TypeError where the columns are not its fields. Called row by row, the constructor of a frozen
    dataclass takes six times as long, and a page is mostly that.
    """
    names = {one.name for one in fields(kind)}  # type: ignore[arg-type]
    if names != columns.keys():
        raise TypeError(f"{kind.__name__}: {', '.join(sorted(names ^ columns.keys()))}")
    rows = tuple(object.__new__(kind) for _ in range(count))
    for name, values in columns.items():
        deque(map(getattr(kind, name).__set__, rows, values), maxlen=0)
    return rows
