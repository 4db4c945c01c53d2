"""Ranges as unions of intervals over any ordered keys: what every ordered scheme decides with.

A cut is a place between two versions: (key, 0) just below the key, (key, 1) just above it, None
without end. A span is a pair of cuts, a range a tuple of spans. With that a point, a bound that
is included and one that is not, and what ``!=`` takes away are the same thing.
"""

from __future__ import annotations

from typing import Any

Cut = tuple[Any, int]
Span = tuple[Cut | None, Cut | None]
Spans = tuple[Span, ...]

EVERYTHING: Spans = ((None, None),)
NOTHING: Spans = ()


def at_least(key: Any) -> Spans:
    """``>= key``."""
    return (((key, 0), None),)


def above(key: Any) -> Spans:
    """``> key``."""
    return (((key, 1), None),)


def below(key: Any) -> Spans:
    """``< key``."""
    return ((None, (key, 0)),)


def at_most(key: Any) -> Spans:
    """``<= key``."""
    return ((None, (key, 1)),)


def exactly(key: Any) -> Spans:
    """``== key``."""
    return (((key, 0), (key, 1)),)


def between(low: Any, high: Any) -> Spans:
    """From ``low`` (included) to ``high`` (not included)."""
    return (((low, 0), (high, 0)),)


def comparison(operator: str, key: Any) -> Spans:
    """``operator key`` for >=, >, <=, <, != and = or ==."""
    match operator:
        case ">=":
            return at_least(key)
        case ">":
            return above(key)
        case "<=":
            return at_most(key)
        case "<":
            return below(key)
        case "!=":
            return outside(exactly(key))
        case _:
            return exactly(key)


def outside(spans: Spans) -> Spans:
    """Everything that is in none of the spans."""
    found: list[Span] = []
    start: Cut | None = None
    for low, high in joined(spans):
        if low is not None and (start is None or start < low):
            found.append((start, low))
        if high is None:
            return tuple(found)
        start = high
    return (*found, (start, None))


def joined(spans: Spans) -> Spans:
    """The union: sorted, without empty spans, what touches made one."""
    found: list[Span] = []
    ends = [span for span in spans if _filled(span)]
    for low, high in sorted(ends, key=lambda span: (span[0] is not None, span[0] or ())):
        if found and _reaches(found[-1][1], low):
            found[-1] = (found[-1][0], _later(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def common(left: Spans, right: Spans) -> Spans:
    """The intersection."""
    found: list[Span] = []
    for low_left, high_left in left:
        for low_right, high_right in right:
            low = low_left if low_right is None else _higher(low_left, low_right)
            high = high_left if high_right is None else _lower(high_left, high_right)
            if _filled((low, high)):
                found.append((low, high))
    return joined(tuple(found))


def holds(spans: Spans, key: Any) -> bool:
    """Whether the key is in one of the spans."""
    here = (key, 0)
    for low, high in spans:
        if (low is None or low <= here) and (high is None or here < high):
            return True
    return False


def ends(spans: Spans) -> bool:
    """Whether everything sufficiently great is outside."""
    return all(high is not None for _, high in spans)


def one(spans: Spans) -> bool:
    """Whether exactly one version is inside."""
    if len(spans) != 1:
        return False
    low, high = spans[0]
    return (
        low is not None
        and high is not None
        and (low[1], high[1]) == (0, 1)
        and bool(low[0] == high[0])
    )


def _filled(span: Span) -> bool:
    low, high = span
    return low is None or high is None or bool(low < high)


def _reaches(high: Cut | None, low: Cut | None) -> bool:
    return high is None or low is None or bool(low <= high)


def _later(left: Cut | None, right: Cut | None) -> Cut | None:
    return None if left is None or right is None else max(left, right)


def _higher(left: Cut | None, right: Cut) -> Cut:
    return right if left is None else max(left, right)


def _lower(left: Cut | None, right: Cut) -> Cut:
    return right if left is None else min(left, right)
