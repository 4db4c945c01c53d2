"""RPM versions, ``[epoch:]version[-release]``, and the comparisons of rpm dependencies.

Order: rpmvercmp (https://rpm-software-management.github.io/rpm/man/rpm-version.7): segments of
digits or letters, a number is later than letters, ``~`` comes before the end and ``^`` just after
it. A comparison without a release speaks of all releases: ``= 1.0`` holds 1.0-3, ``> 1.0`` does
not. A bare number is its prefix.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from lineage.versions import interval
from lineage.versions.comparisons import either, listed
from lineage.versions.digits import following, weighed
from lineage.versions.ordered import OrderedScheme

_VERSION = re.compile(r"^(?:([0-9]{1,40}):)?([0-9][A-Za-z0-9._+~^]*)(?:-([A-Za-z0-9._+~^]+))?$")
_COMPARISON = re.compile(r"^(<=|==|=|!=|>=|<|>|)\s*([0-9][A-Za-z0-9._+~^:-]*?)(\.\*)?$")
_DOTTED = re.compile(r"^(?:[0-9]{1,40}:)?[0-9]+(?:\.[0-9]+)*$")
_SEGMENT = re.compile(r"[0-9]+|[A-Za-z]+|~|\^")

Atom = tuple[int, int, str]
Key = tuple[int, tuple[Atom, ...], tuple[Atom, ...]]
_LOWEST: Atom = (-1, 0, "")
_TILDE: Atom = (0, 0, "")
_END: Atom = (1, 0, "")
_CARET: Atom = (2, 0, "")
_TOP: Atom = (5, 0, "")  # after everything: behind the last release


@lru_cache(maxsize=65536)
def parse(version: str) -> Key | None:
    """(epoch, version, release) as sort keys, no release as (); None if it is no version."""
    found = _VERSION.match(version.strip())
    if not found:
        return None
    epoch, text, release = found.groups()
    return int(epoch or 0), _atoms(text), _atoms(release) if release else ()


def _atoms(text: str) -> tuple[Atom, ...]:
    return (*(_atom(one) for one in _SEGMENT.findall(text)), _END)


def _atom(text: str) -> Atom:
    match text:
        case "~":
            return _TILDE
        case "^":
            return _CARET
        case _ if text.isdecimal():
            return (4, *weighed(text))
        case _:
            return (3, 0, text)


class Rpm(OrderedScheme):
    """RPM packages."""

    name = "rpm"

    def key(self, version: str) -> Key | None:
        """Epoch, version, release. None if it is no version."""
        return parse(version)

    def build(self, version: str) -> str:  # noqa: ARG002 - the port's shape
        """None: what stands behind a plus sign takes part in the order."""
        return ""

    def release(self, first: Any) -> Key | None:
        """The version that a prefix's first cut stands before."""
        epoch, atoms, _ = first
        return (epoch, (*atoms[:-1], _END), ()) if atoms[-1] == _LOWEST else None

    def spans(self, range_text: str) -> interval.Spans | None:
        """The range as spans; None if it is no range."""
        return _spans(range_text)


@lru_cache(maxsize=65536)
def _spans(range_text: str) -> interval.Spans | None:
    return either(re.split(r"\|\|?", range_text), lambda part: listed(part, _word))


def _word(word: str) -> interval.Spans | None:
    match = _COMPARISON.match(word)
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
    if key[2]:
        return interval.comparison(operator, key)
    first, after = key, (*key[:2], (_TOP,))
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
        case _:
            return interval.between(first, after)


def _prefix(key: Key) -> interval.Spans:
    """Every version that starts with these numbers."""
    epoch, atoms, _ = key
    *head, last, _ = atoms
    high: Atom = (4, *weighed(following(last[2])))
    return interval.between(
        (epoch, (*head, last, _LOWEST), ()), (epoch, (*head, high, _LOWEST), ())
    )
