"""Version ranges in the universal notation ``vers:pypi/>=1|<2`` (https://github.com/package-url/vers-spec).

The scheme that the text names orders the versions; each constraint is a point of that order and
the comparators are paired as the specification says. ``vers:all/*`` and ``vers:none/*`` are read.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby
from typing import Any
from urllib.parse import unquote

from lineage.versions import interval
from lineage.versions.compute_capability import ComputeCapability
from lineage.versions.conda import Conda
from lineage.versions.deb import Deb
from lineage.versions.dotted import Dotted
from lineage.versions.opaque import Opaque
from lineage.versions.ordered import OrderedScheme
from lineage.versions.pep440 import Pep440
from lineage.versions.rpm import Rpm
from lineage.versions.scheme import Answer
from lineage.versions.semver import Semver

_RANGE = re.compile(r"^vers:([a-z0-9.+-]+)/(.*)$", re.DOTALL)
_CONSTRAINT = re.compile(r"^(>=|<=|!=|>|<|=)?(.+)$", re.DOTALL)
_SEMVER, _DOTTED = Semver(), Dotted()
_ORDERS: dict[str, OrderedScheme] = {
    "pypi": Pep440(),
    **dict.fromkeys(
        ("npm", "semver", "cargo", "golang", "nuget", "hex", "pub", "swift", "composer"), _SEMVER
    ),
    **dict.fromkeys(("intdot", "dotted", "generic", "github", "openssl", "nginx"), _DOTTED),
    "compute-capability": ComputeCapability(),
    "conda": Conda(),
    "deb": Deb(),
    "rpm": Rpm(),
}
_OPAQUE = Opaque()
_LOWER, _UPPER = frozenset({">", ">="}), frozenset({"<", "<="})

Constraint = tuple[str, str]


@lru_cache(maxsize=16384)
def constraints(range_text: str) -> tuple[str, tuple[Constraint, ...]] | None:
    """The named scheme and its (comparator, version) pairs; None if the text is no vers range."""
    found = _RANGE.match("".join(range_text.split()))
    if not found:
        return None
    scheme, text = found.groups()
    pairs: list[Constraint] = []
    for part in text.strip("|").split("|"):
        one = _CONSTRAINT.match(part)
        if not one or (part == "*" and text != "*"):
            return None
        pairs.append((one.group(1) or "=", unquote(one.group(2))))
    return scheme, tuple(pairs)


def normalised(range_text: str) -> str | None:
    """The range without white space, its constraints sorted by version; None if it is none."""
    found = constraints(range_text)
    if found is None:
        return None
    scheme, pairs = found
    order = _ORDERS.get(scheme)
    if order is not None and pairs != (("=", "*"),):
        keys = [order.key(version) for _, version in pairs]
        if any(key is None for key in keys):
            return None
        ranked: list[Any] = sorted(range(len(pairs)), key=lambda at: (keys[at], at))
        pairs = tuple(pairs[at] for at in ranked)
    texts = ((operator if operator != "=" else "") + version for operator, version in pairs)
    return f"vers:{scheme}/" + "|".join(texts)


def speaks_of(range_text: str, scheme: str) -> bool:
    """Whether versions of that scheme are ordered as the range's own are.

    >>> speaks_of("vers:pypi/>=1", "pep440"), speaks_of("vers:npm/>=1", "pep440")
    (True, False)
    """
    found = constraints(range_text)
    if found is None:
        return False
    order = _ORDERS.get(found[0])
    return found[0] in ("all", "none", scheme) or (order is not None and order.name == scheme)


@lru_cache(maxsize=16384)
def _spans(range_text: str) -> interval.Spans | None:
    found = constraints(range_text)
    if found is None:
        return None
    scheme, pairs = found
    if pairs == (("=", "*"),):
        return interval.NOTHING if scheme == "none" else interval.EVERYTHING
    order = _ORDERS.get(scheme)
    if order is None:
        return None
    points: list[tuple[Any, str]] = []
    for operator, version in pairs:
        key = order.key(version)
        if key is None:
            return None
        points.append((key, operator))
    return _paired(sorted(points, key=lambda point: point[0]))


def _paired(points: list[tuple[Any, str]]) -> interval.Spans:
    equal = [interval.exactly(key) for key, operator in points if operator == "="]
    unequal = [interval.exactly(key) for key, operator in points if operator == "!="]
    rest = [point for point in points if point[1] in _LOWER | _UPPER]
    found: interval.Spans = () if rest or equal else interval.EVERYTHING
    # Neighbours that point the same way are one constraint: the outermost counts.
    runs = [
        (lower, list(run)) for lower, run in groupby(rest, key=lambda point: point[1] in _LOWER)
    ]
    kept = [run[0] if lower else run[-1] for lower, run in runs]
    for at, (key, operator) in enumerate(kept):
        one = interval.comparison(operator, key)
        if operator in _UPPER and at:
            continue
        if operator in _LOWER and at + 1 < len(kept):
            after_key, after = kept[at + 1]
            one = interval.common(one, interval.comparison(after, after_key))
        found = (*found, *one)
    for hole in unequal:
        found = interval.common(found, interval.outside(hole))
    return interval.joined((*found, *(span for spans in equal for span in spans)))


class Vers:
    """Ranges that name their own scheme; versions are bare."""

    name = "vers"

    def compare(self, left: str, right: str) -> int | None:
        """0 where the text is equal: bare versions do not say how they compare."""
        return _OPAQUE.compare(left, right)

    def contains(self, range_text: str, version: str) -> Answer:
        """Whether the version is in the range, in the order that the range names."""
        if not range_text.strip():
            return Answer.YES
        found = constraints(range_text)
        if found is None:
            return Answer.CANNOT_COMPARE
        scheme, pairs = found
        order = _ORDERS.get(scheme)
        spans = _spans(range_text)
        if spans in (interval.EVERYTHING, interval.NOTHING):
            return Answer.YES if spans else Answer.NO
        if order is None:
            return _by_text(pairs, version)
        key = order.key(version)
        if spans is None or key is None:
            return Answer.CANNOT_COMPARE
        return Answer.YES if interval.holds(spans, key) else Answer.NO

    def bounded(self, range_text: str) -> bool | None:
        """Whether the range forbids every sufficiently great version; None: cannot say."""
        if not range_text.strip():
            return False
        spans = _spans(range_text)
        return None if spans is None else interval.ends(spans)

    def pins(self, range_text: str) -> bool:
        """Whether the range admits one version only."""
        spans = _spans(range_text) if range_text.strip() else None
        return spans is not None and interval.one(spans)

    def overlaps(self, left: str, right: str) -> Answer:
        """Whether some version could be in both ranges; they must name one order."""
        if not left.strip() or not right.strip():
            return Answer.YES
        first, second = constraints(left), constraints(right)
        spans_left, spans_right = _spans(left), _spans(right)
        if first is None or second is None or spans_left is None or spans_right is None:
            return Answer.YES if first and first == second else Answer.CANNOT_COMPARE
        whole = interval.EVERYTHING in (spans_left, spans_right)
        if not whole and _ORDERS.get(first[0]) is not _ORDERS.get(second[0]):
            return Answer.CANNOT_COMPARE
        return Answer.YES if interval.common(spans_left, spans_right) else Answer.NO

    def build(self, version: str) -> str:
        """What follows the plus sign."""
        return version.partition("+")[2]


def _by_text(pairs: tuple[Constraint, ...], version: str) -> Answer:
    if ("=", version) in pairs:
        return Answer.YES
    if ("!=", version) in pairs:
        return Answer.NO
    return Answer.CANNOT_COMPARE
