"""Debian versions, ``[epoch:]upstream[-revision]``, and their relations: ``<<``, ``<=``, ``>>``.

Order: deb-version(7) and Debian policy 5.6.12 (``1.0~rc1 < 1.0 < 1.0+dfsg < 1.0.1``). ``,`` is and,
``|`` is or. ``<`` and ``>`` are strict here; a bare number is its prefix (``12`` is every 12.x, at
epoch 0 unless it names one).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from lineage.versions import interval
from lineage.versions.comparisons import either, listed
from lineage.versions.digits import following, weighed
from lineage.versions.ordered import OrderedScheme

_VERSION = re.compile(r"^(?:([0-9]{1,40}):)?([0-9][A-Za-z0-9.+~-]*?)(?:-([A-Za-z0-9.+~]+))?$")
_COMPARISON = re.compile(r"^(<<|<=|==|=|!=|>=|>>|<|>|)\s*([0-9][A-Za-z0-9.+~:-]*?)(\.\*)?$")
_DOTTED = re.compile(r"^(?:[0-9]{1,40}:)?[0-9]+(?:\.[0-9]+)*$")
_PAIR = re.compile(r"([^0-9]*)([0-9]*)")

Key = tuple[int, tuple[tuple[int | str, ...], ...], tuple[tuple[int | str, ...], ...]]
_END = (0,)
_NONE = ((0,), (0, ""), _END)
_LOWEST = (-2,)
_STRICT = {"<<": "<", ">>": ">"}


@lru_cache(maxsize=65536)
def parse(version: str) -> Key | None:
    """(epoch, upstream, revision) as sort keys; None if it is no version."""
    found = _VERSION.match(version.strip())
    if not found:
        return None
    epoch, upstream, revision = found.groups()
    return int(epoch or 0), _text(upstream), _text(revision or "")


def _text(text: str) -> tuple[tuple[int | str, ...], ...]:
    """Letters and digits by turns; the end comes after ``~`` and before everything else."""
    found: list[tuple[int | str, ...]] = []
    for letters, digits in _PAIR.findall(text):
        if not letters and not digits and found:
            break
        found += [(*(_weight(one) for one in letters), 0), weighed(digits)]
    return (*found, _END)


def _weight(letter: str) -> int:
    if letter == "~":
        return -1
    return ord(letter) if letter.isalpha() else ord(letter) + 256


class Deb(OrderedScheme):
    """Debian packages, and everything that versions like them."""

    name = "deb"

    def key(self, version: str) -> Key | None:
        """Epoch, upstream version, revision. None if it is no version."""
        return parse(version)

    def build(self, version: str) -> str:  # noqa: ARG002 - the port's shape
        """None: ``+deb12u1`` and the like take part in the order."""
        return ""

    def release(self, first: Any) -> Key | None:
        """The version that a prefix's first cut stands before."""
        epoch, upstream, _ = first
        return (epoch, (*upstream[:-1], _END), _NONE) if upstream[-1] == _LOWEST else None

    def spans(self, range_text: str) -> interval.Spans | None:
        """The range as spans; None if it is no range."""
        return _spans(range_text)


@lru_cache(maxsize=65536)
def _spans(range_text: str) -> interval.Spans | None:
    return either(re.split(r"\|\|?", range_text), lambda part: listed(part, _word))


def _word(word: str) -> interval.Spans | None:
    match = _COMPARISON.match(word.strip("()"))
    return _comparison(*match.groups()) if match else None


def _comparison(operator: str, text: str, tail: str | None) -> interval.Spans | None:
    key = parse(text)
    if key is None:
        return None
    if tail or (not operator and _DOTTED.match(text)):
        if operator not in {"", "=", "==", "!="} or not _DOTTED.match(text):
            return None
        inside = _prefix(key)
        return interval.outside(inside) if operator == "!=" else inside
    return interval.comparison(_STRICT.get(operator, operator), key)


def _prefix(key: Key) -> interval.Spans:
    """Every version whose upstream part starts with these numbers."""
    epoch, upstream, _ = key
    *head, last, _ = upstream
    after = weighed(following(str(last[1])))
    low = (epoch, (*head, last, _LOWEST), ())
    high = (epoch, (*head, after, _LOWEST), ())
    return interval.between(low, high)
