"""Whole numbers as text: what has no bound is never turned into an integer that Python refuses."""

from __future__ import annotations


def weighed(digits: str) -> tuple[int, str]:
    """A number as (length, digits) without leading zeros: such pairs sort as numbers do."""
    text = digits.lstrip("0")
    return len(text), text


def following(digits: str) -> str:
    """The next number: 10 of 9, 1 of nothing.

    >>> following("1299")
    '1300'
    """
    kept = digits.rstrip("9")
    if not kept:
        return "1" + "0" * len(digits)
    return kept[:-1] + str(int(kept[-1]) + 1) + "0" * (len(digits) - len(kept))
