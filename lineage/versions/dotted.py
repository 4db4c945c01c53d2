"""Versions that are integers with dots: drivers, CUDA, C libraries.

``535.104.05`` equals ``535.104.5`` and ``12.8`` equals ``12.8.0``. A range is comma-separated
comparisons (``>=525.60.13,<580``); ``||`` means or; ``12``, ``12.x`` and ``12.*`` are prefixes, and
``535+`` is the driver branch 535 (that is how compatibility tables write it).
"""

from __future__ import annotations

import re
from functools import lru_cache

from lineage.versions import interval
from lineage.versions.comparisons import either, listed
from lineage.versions.ordered import OrderedScheme

_VERSION = re.compile(r"^v?([0-9]{1,40}(?:\.[0-9]{1,40})*)(?:\+[0-9A-Za-z.+_-]+)?$")
_COMPARISON = re.compile(
    r"^(>=|<=|==|!=|~=|>|<|=|)\s*v?([0-9]{1,40}(?:\.[0-9]{1,40})*)(\.[xX*]|\+)?$"
)

Numbers = tuple[int, ...]


@lru_cache(maxsize=65536)
def numbers(version: str) -> Numbers | None:
    """The integers of a version, trailing zeros cut; None if it is none."""
    found = _VERSION.match(version.strip())
    return trimmed(found.group(1)) if found else None


def trimmed(text: str) -> Numbers:
    """``12.8.0`` as (12, 8)."""
    found = [int(part) for part in text.split(".")]
    while len(found) > 1 and not found[-1]:
        found.pop()
    return tuple(found)


class Dotted(OrderedScheme):
    """Integers with dots."""

    name = "dotted"

    def key(self, version: str) -> Numbers | None:
        """The integers. None if it is no version."""
        return numbers(version)

    def build(self, version: str) -> str:
        """What follows the numbers: cu128 of 12.8+cu128."""
        found = _VERSION.match(version.strip())
        return version.strip()[found.end(1) + 1 :] if found else ""

    def spans(self, range_text: str) -> interval.Spans | None:
        """The range as spans; None if it is no range."""
        return _spans(range_text)


@lru_cache(maxsize=65536)
def _spans(range_text: str) -> interval.Spans | None:
    return either(range_text.split("||"), lambda part: listed(part, _word))


def _word(word: str) -> interval.Spans | None:
    match = _COMPARISON.match(word)
    return _comparison(*match.groups()) if match else None


def _comparison(operator: str, text: str, tail: str | None) -> interval.Spans | None:
    key = trimmed(text)
    if tail or operator in {"", "~="}:
        if tail and operator not in {"", "=", "==", "!="}:
            return None
        low, high = prefix(text if operator != "~=" else text.rpartition(".")[0] or text)
        inside = interval.between(low, high)
        if operator == "~=":
            return interval.common(interval.at_least(key), inside)
        return interval.outside(inside) if operator == "!=" else inside
    return interval.comparison(operator, key)


def prefix(text: str) -> tuple[Numbers, Numbers]:
    """The first version of a prefix, and the first one after it."""
    *head, last = (int(part) for part in text.split("."))
    return trimmed(text), (*head, last + 1)
