"""Semantic versions and npm ranges: ``^1.2``, ``~1.2``, ``1.x``, ``1.2 - 2``, ``>=1 <2 || 3``.

Grammar: https://github.com/npm/node-semver#range-grammar, with pre-releases in the range wherever
they sort (``^1.2.3`` ends below ``2.0.0-0``). A leading ``v`` and one to four numbers are read.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from lineage.versions import interval
from lineage.versions.comparisons import either, every
from lineage.versions.ordered import OrderedScheme

_IDS = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
_VERSION = re.compile(
    rf"^[vV=\s]*([0-9]{{1,40}}(?:\.[0-9]{{1,40}}){{0,3}})(?:-({_IDS}))?(?:\+({_IDS}))?(?:/go\.mod)?$"
)
_WORD = re.compile(
    r"^(\^|~>|~|>=|<=|==|!=|>|<|=|)\s*[vV]?"
    r"([0-9]{1,40}(?:\.[0-9]{1,40})*)?((?:\.?[xX*])*)"
    rf"(?:-({_IDS}))?(?:\+{_IDS})?$"
)
_JOIN = re.compile(r"(\^|~>|~|>=|<=|==|!=|>|<|=)\s+")

Key = tuple[tuple[int, ...], tuple[Any, ...]]
_RELEASE: tuple[Any, ...] = (1,)
_FIRST: tuple[Any, ...] = (0,)  # sorts before every pre-release of the same numbers


def _numbers(text: str) -> tuple[int, ...]:
    found = [int(part) for part in text.split(".")]
    found += [0] * (3 - len(found))
    while len(found) > 3 and not found[-1]:
        found.pop()
    return tuple(found)


def _pre(text: str | None) -> tuple[Any, ...]:
    if text is None:
        return _RELEASE
    ids = [
        (0, *_digits(part), "") if part.isdecimal() else (1, 0, "", part)
        for part in text.split(".")
    ]
    return (0, *ids)


def _digits(part: str) -> tuple[int, str]:
    # As text of known length: identifiers have no bound, integers that Python reads do.
    text = part.lstrip("0")
    return len(text), text


@lru_cache(maxsize=131072)
def parse(version: str) -> Key | None:
    """The sort key of a version (build metadata left out); None if it is none."""
    found = _VERSION.match(version.strip())
    if not found or (found.group(2) and "." not in found.group(1)):
        return None  # a date (2026-11-21) is no version
    return _numbers(found.group(1)), _pre(found.group(2))


class Semver(OrderedScheme):
    """npm and everything that versions like it."""

    name = "semver"

    def key(self, version: str) -> Key | None:
        """Numbers, then pre-release. None if it is no version."""
        return parse(version)

    def build(self, version: str) -> str:
        """Build metadata."""
        found = _VERSION.match(version.strip())
        return (found.group(3) or "") if found else ""

    def release(self, first: Any) -> Key | None:
        """The version that a prefix's first cut stands before."""
        numbers, pre = first
        return (numbers, _RELEASE) if pre == _FIRST else None

    def spans(self, range_text: str) -> interval.Spans | None:
        """The range as spans; None if it is no range."""
        return _spans(range_text)


@lru_cache(maxsize=65536)
def _spans(range_text: str) -> interval.Spans | None:
    return either((part.strip() for part in range_text.split("||")), _conjunction)


def _conjunction(text: str) -> interval.Spans | None:
    low, dash, high = text.partition(" - ")
    words = [f">={low.strip()}", f"<={high.strip()}"] if dash else _words(text)
    return every(words, _word)


def _words(text: str) -> list[str]:
    return _JOIN.sub(r"\1", text).replace(",", " ").split()


def _word(word: str) -> interval.Spans | None:
    match = _WORD.match(word)
    if not match:
        return None
    operator, text, wild, pre = match.groups()
    if text is None:  # *, x, ^*: everything; <* and >* nothing
        nothing = operator in {"<", ">", "!="}
        return (interval.NOTHING if nothing else interval.EVERYTHING) if wild else None
    given = text.count(".") + 1
    key: Key = (_numbers(text), _pre(pre))
    if given < 3 or wild:
        return _partial(operator, text, given)
    if operator in {"^", "~", "~>"}:
        return interval.between(key, _ceiling(operator, text, given))
    return interval.comparison(operator, key)


def _partial(operator: str, text: str, given: int) -> interval.Spans | None:
    first: Key = (_numbers(text), _FIRST)
    after: Key = (_numbers(_next(text, given - 1)), _FIRST)
    match operator:
        case ">=":
            return interval.at_least(first)
        case ">":
            return interval.at_least(after)
        case "<=":
            return interval.below(after)
        case "<":
            return interval.below(first)
        case "!=":
            return interval.outside(interval.between(first, after))
        case "^" | "~" | "~>":
            return interval.between(first, _ceiling(operator, text, given))
        case _:
            return interval.between(first, after)


def _ceiling(operator: str, text: str, given: int) -> Key:
    numbers = [int(part) for part in text.split(".")]
    if operator == "^":
        place = next((at for at, number in enumerate(numbers) if number), given - 1)
    else:
        place = min(1, given - 1)
    return (_numbers(_next(text, place)), _FIRST)


def _next(text: str, place: int) -> str:
    numbers = [int(part) for part in text.split(".")][: place + 1]
    numbers[-1] += 1
    return ".".join(str(number) for number in numbers)
