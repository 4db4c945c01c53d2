"""One page of a list: by keyset, forwards or backwards, with the total of the whole list.

Every list question has the fields ``first``, ``after``, ``last`` and ``before``, and an answer
with ``rows``, ``total``, ``has_next`` and ``has_previous``. ``after`` and ``before`` are tuples of
the values that the row's ``KEYS`` fields have; the answer's class names those fields. Where rows
can be ordered by anything, the answer has ``places`` instead: the place of each row.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from lineage.errors import ArgumentInvalidError
from lineage.record.cut import Cut

T = TypeVar("T")
Place = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Some rows of a list, in its order."""

    rows: tuple[T, ...]
    total: int
    has_next: bool
    has_previous: bool


FIRST = 100
"""Rows of a page where nobody says how many."""


def first_of(first: int | None, last: int | None) -> int | None:
    """How many rows from the start: None where the last so many are asked for.

    ArgumentInvalidError where both are said.
    """
    if last is None:
        return first
    if first not in (None, FIRST):
        raise ArgumentInvalidError(name="last", reason="first is there already: one of the two")
    return None


def checked(
    first: int | None, last: int | None, after: Place | None, before: Place | None, width: int
) -> None:
    """ArgumentInvalidError for a bound below 0, or a place of another width."""
    for name, bound in (("first", first), ("last", last)):
        if bound is not None and bound < 0:
            raise ArgumentInvalidError(name=name, reason=f"{bound} is less than 0")
    for name, place in (("after", after), ("before", before)):
        if place is not None and len(place) != width:
            raise ArgumentInvalidError(name=name, reason=f"{width} values make a place here")


def cut_of(
    first: int | None, last: int | None, after: Place | None, before: Place | None,
    of: type[Any] = int,
) -> Cut:  # fmt: skip
    """The same for a list whose key is one value of a type; ArgumentInvalidError."""
    checked(first, last, after, before, 1)
    first = first_of(first, last)
    for name, place in (("after", after), ("before", before)):
        if place is not None and type(place[0]) is not of:
            wanted = "a number" if of is int else "a text"
            raise ArgumentInvalidError(name=name, reason=f"{wanted} makes a place here")
    return Cut(
        first=first, last=last, after=after[0] if after else None,
        before=before[0] if before else None,
    )  # fmt: skip


def page(
    rows: Sequence[T],
    key: Callable[[T], Place],
    *,
    first: int | None,
    last: int | None,
    after: Place | None,
    before: Place | None,
) -> Page[T]:
    """A page of rows that are sorted by ``key``; ArgumentInvalidError."""
    width = len(key(rows[0])) if rows else len(after or before or ())
    checked(first, last, after, before, width)
    first = first_of(first, last)
    try:
        begin = bisect_right(rows, after, key=key) if after is not None else 0
        end = bisect_left(rows, before, key=key) if before is not None else len(rows)
    except TypeError:
        raise ArgumentInvalidError(name="after", reason="that is no place of this list") from None
    end = max(begin, end)
    if first is not None:
        end = min(end, begin + first)
    if last is not None:
        begin = max(begin, end - last)
    return Page(
        rows=tuple(rows[begin:end]), total=len(rows), has_next=end < len(rows),
        has_previous=begin > 0,
    )  # fmt: skip
