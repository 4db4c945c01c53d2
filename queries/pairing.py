"""Which component of one side stands opposite which of the other: equal keys, then versions.

What only one side has is paired inside its family (the key without the version), the greatest
versions first; what is left over has nothing opposite. The pairing does not depend on which side
comes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lineage.model.identity import Key, identify

Pair = tuple[Key, Key]
_NUMBER = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """``same`` are on both sides, ``moved`` pairs of two versions, the rest has no opposite."""

    same: tuple[Key, ...]
    moved: tuple[Pair, ...]
    before: tuple[Key, ...]
    after: tuple[Key, ...]

    def pairs(self) -> tuple[Pair, ...]:
        """All that stands opposite something, equal keys first."""
        return (*((key, key) for key in self.same), *self.moved)


def paired(before: Iterable[Key], after: Iterable[Key]) -> Pairing:
    """Pair the components of two sides."""
    first, second = set(before), set(after)
    old, new = _families(first - second), _families(second - first)
    moved: list[Pair] = []
    for family in sorted(old.keys() & new.keys()):
        count = min(len(old[family]), len(new[family]))
        moved += zip(old[family][-count:], new[family][-count:], strict=True)
    gone, came = {one for one, _ in moved}, {one for _, one in moved}
    return Pairing(
        same=tuple(sorted(first & second)),
        moved=tuple(moved),
        before=tuple(sorted(first - second - gone)),
        after=tuple(sorted(second - first - came)),
    )


def _families(keys: Iterable[Key]) -> dict[Key, list[Key]]:
    found: dict[Key, list[Key]] = {}
    for key in sorted(keys, key=_order):
        found.setdefault(identify(key).family, []).append(key)
    return found


def _order(key: Key) -> tuple[list[tuple[int, int, str]], str]:
    """As people order versions, whatever the scheme; total, so that pairs never depend on luck."""
    parts = _NUMBER.split(identify(key).version or "")
    return [(int(p.isdigit()), int(p) if p.isdigit() else 0, p) for p in parts if p], key
