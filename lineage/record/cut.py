"""A page of rows that SQL keeps: rows of one key, in the order of that key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Which rows: the ``first`` so many, or the ``last``, between two keys (both left out).

    None: no bound. With ``last`` and not ``first`` rows are taken from the end, and still given
    in the order of the list.
    """

    first: int | None = None
    last: int | None = None
    after: Any = None
    before: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf(Generic[T]):
    """Some rows of a list; ``total`` counts all of them, whatever was cut off."""

    rows: tuple[T, ...]
    total: int
    has_next: bool
    has_previous: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """The key column of a list, and whether the greatest key comes first."""

    column: str
    descending: bool = False

    def condition(self, cut: Cut) -> tuple[str, tuple[Any, ...]]:
        """SQL that begins with AND, and its values."""
        beyond, short = ("<", ">") if self.descending else (">", "<")
        text, values = "", list[Any]()
        for sign, value in ((beyond, cut.after), (short, cut.before)):
            if value is not None:
                text += f" AND {self.column} {sign} ?"
                values.append(value)
        return text, tuple(values)

    def tail(self, cut: Cut) -> tuple[str, tuple[Any, ...]]:
        """ORDER BY and LIMIT; one row more than asked for, so that the end is known."""
        backwards = cut.last is not None and cut.first is None
        text = f" ORDER BY {self.column}{' DESC' if self.descending != backwards else ''}"
        bound = cut.last if backwards else cut.first
        return (text, ()) if bound is None else (f"{text} LIMIT ?", (bound + 1,))


def leaf(found: Sequence[T], total: int, cut: Cut) -> Leaf[T]:
    """The page out of what ``Ordered`` selected."""
    backwards = cut.last is not None and cut.first is None
    bound = cut.last if backwards else cut.first
    more = bound is not None and len(found) > bound
    rows = tuple(found[:bound])
    if backwards:
        rows = rows[::-1]
    elif cut.last is not None and len(rows) > cut.last:
        rows, cut = rows[len(rows) - cut.last :], Cut(after=True)
    return Leaf(
        rows=rows,
        total=total,
        has_next=cut.before is not None if backwards else more,
        has_previous=more if backwards else cut.after is not None,
    )
