"""What ranges of most notations share: comparisons that all hold, and alternatives of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from lineage.versions import interval

Part = TypeVar("Part")
Reader = Callable[[Part], interval.Spans | None]
"""Reads a part of a range; None for one that it cannot read."""


def either(parts: Iterable[Part], reader: Reader[Part]) -> interval.Spans | None:
    """What one of the parts holds; None where one of them cannot be read."""
    found = interval.NOTHING
    for part in parts:
        one = reader(part)
        if one is None:
            return None
        found = interval.joined((*found, *one))
    return found


def every(words: Iterable[Part], reader: Reader[Part]) -> interval.Spans | None:
    """What all words hold, everything for no word; None where one of them cannot be read."""
    found = interval.EVERYTHING
    for word in words:
        one = reader(word)
        if one is None:
            return None
        found = interval.common(found, one)
    return found


def listed(text: str, reader: Reader[str]) -> interval.Spans | None:
    """Comparisons with commas between them; nothing and ``*`` hold everything."""
    if text.strip() in {"", "*"}:
        return interval.EVERYTHING
    return every((word.strip() for word in text.split(",")), reader)
