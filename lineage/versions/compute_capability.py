"""Compute capabilities of GPUs: a pair of numbers with a suffix (9.0a, 10.0f, 12.0+PTX).

The pair compares; the suffix (architecture-specific ``a``, family ``f``, ``PTX``) is the build.
``sm_90a`` and ``compute_103`` are read too: the last digit is the minor number.
"""

from __future__ import annotations

import re
from functools import lru_cache

from lineage.versions import interval
from lineage.versions.comparisons import listed
from lineage.versions.ordered import OrderedScheme

_DOTTED = re.compile(r"^([0-9]{1,40})\.([0-9]{1,40})([a-z]?)(?:\+(PTX))?$")
_TARGET = re.compile(r"^(?:sm|compute)_([0-9]{1,40})([0-9])([a-z]?)$")
_WHOLE = re.compile(r"^[0-9]{1,40}$")
_COMPARISON = re.compile(r"^(>=|<=|==|!=|>|<|=|)\s*(.+)$")

Pair = tuple[int, int]


@lru_cache(maxsize=4096)
def read(version: str) -> tuple[Pair, str] | None:
    """The pair and the suffix; None if it is no compute capability."""
    text = version.strip()
    found = _DOTTED.match(text) or _TARGET.match(text)
    if not found:
        return None
    major, minor, *suffixes = found.groups()
    return (int(major), int(minor)), "".join(part for part in suffixes if part)


class ComputeCapability(OrderedScheme):
    """What a GPU can run, and what GPU code was compiled for."""

    name = "compute-capability"

    def key(self, version: str) -> Pair | None:
        """(major, minor). None if it is no version."""
        found = read(version)
        return found[0] if found else None

    def build(self, version: str) -> str:
        """The suffix: a, f or PTX."""
        found = read(version)
        return found[1] if found else ""

    def spans(self, range_text: str) -> interval.Spans | None:
        """The range as spans; None if it is no range."""
        return _spans(range_text)


@lru_cache(maxsize=4096)
def _spans(range_text: str) -> interval.Spans | None:
    return listed(range_text, _word)


def _word(word: str) -> interval.Spans | None:
    match = _COMPARISON.match(word)
    return _comparison(*match.groups()) if match else None


def _comparison(operator: str, text: str) -> interval.Spans | None:
    major = text.removesuffix(".*").removesuffix(".x")
    if _WHOLE.match(major):
        low = (int(major), 0)
        inside = interval.between(low, (int(major) + 1, 0))
        whole = {"": inside, "=": inside, "==": inside, "!=": interval.outside(inside)}
        if operator in whole:
            return whole[operator]
        return None if major != text else interval.comparison(operator, low)
    found = read(text)
    return interval.comparison(operator, found[0]) if found else None
