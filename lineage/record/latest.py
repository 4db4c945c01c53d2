"""Which version of a family is the latest (design section 4, What counts).

By the first of these that applies: it is marked; every version has the form ``v?N.N[.N]``, with
or without a suffix, and it is the greatest; it is the newest by revision.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from lineage.model.identity import Key, identify
from lineage.record.claimed import Claimed
from lineage.record.snapshot import LiveHolding, SlotState

_RELEASE = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?(\D.*)?")
_TOKEN = re.compile(r"\d+|[a-z]+")
_AFTER = frozenset({"post", "patch", "p", "r", "rev", "sp", "hotfix", "fix", "build"})
_EQUAL = frozenset({"final", "ga", "release"})
Order = tuple[int, int, int, int, tuple[tuple[int, int, str], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A version that may be the latest: when it was said last, and was marked (if it is)."""

    key: Key
    revision: int
    marked: int | None = None


@lru_cache(maxsize=65536)
def release_order(version: str) -> Order | None:
    """Where a version of the form ``v?N.N[.N]`` stands among others; None for other forms.

    A suffix of letters (rc1, -beta) comes before the version without one, a further number, a
    post-release or a patch after it; build metadata (+...) changes nothing but breaks ties.
    """
    found = _RELEASE.fullmatch(version)
    if not found:
        return None
    first, second, third, suffix = found.groups()
    text = (suffix or "").lower()
    tokens = tuple(
        (0, int(one), "") if one.isdigit() else (1, 0, one) for one in _TOKEN.findall(text)
    )
    return (int(first), int(second), int(third or 0), _stage(text), tokens)


def _stage(suffix: str) -> int:
    word = _TOKEN.search(suffix)
    if suffix.startswith("+") or word is None or word.group() in _EQUAL:
        return 0
    return 1 if word.group().isdigit() or word.group() in _AFTER else -1


def latest(candidates: Iterable[Candidate]) -> Candidate | None:
    """The latest of some versions of one family; None of none."""
    found = list(candidates)
    marked = [(one.marked, one.key, one) for one in found if one.marked is not None]
    if marked:
        return max(marked, key=lambda one: one[:2])[2]
    orders = [release_order(identify(one.key).version or "") for one in found]
    ranked = [
        (order, one.revision, one.key, one)
        for order, one in zip(orders, found, strict=True)
        if order is not None
    ]
    if ranked and len(ranked) == len(found):
        return max(ranked, key=lambda one: one[:3])[3]
    return max(found, key=lambda one: (one.revision, one.key), default=None)


def latest_in_streams(claimed: Claimed) -> dict[Key, Candidate]:
    """The assemblies that are the latest of their family in some stream, as they were keyed."""
    streams: dict[str, list[LiveHolding]] = {}
    for holding in claimed.holdings:
        if holding.assembly is not None:
            streams.setdefault(holding.stream, []).append(holding)
    return latest_of_all(latest_in_stream(held, claimed.slot) for held in streams.values())


def latest_of_all(streams: Iterable[Iterable[Candidate]]) -> dict[Key, Candidate]:
    """The latest of some streams, put together by key."""
    chosen: dict[Key, Candidate] = {}
    for candidates in streams:
        for best in candidates:
            known = chosen.get(best.key)
            chosen[best.key] = best if known is None else _both(known, best)
    return chosen


def latest_in_stream(
    holdings: Iterable[LiveHolding], slot_of: Callable[[LiveHolding], SlotState]
) -> tuple[Candidate, ...]:
    """The latest assembly of each family that the holdings of one stream describe."""
    described = [(one, one.assembly) for one in holdings if one.assembly is not None]
    held: dict[tuple[str, Key], set[Key]] = {}
    for holding, key in described:
        held.setdefault((holding.slot, identify(key).family), set()).add(key)
    revisions: dict[Key, dict[Key, int]] = {}
    marks: dict[Key, tuple[int, bool]] = {}
    for holding, key in described:
        slot, family = slot_of(holding), identify(key).family
        revision = holding.revision
        # A document speaks of its subject, and of what it wraps it in; an export of many versions
        # of one family speaks of none of them.
        if slot.subject == key or len(held[holding.slot, family]) == 1:
            revision = max(revision, slot.revision)
            if slot.latest is not None:
                said = (slot.revision, slot.latest)
                marks[key] = max(marks.get(key, said), said)
        versions = revisions.setdefault(family, {})
        versions[key] = max(versions.get(key, 0), revision)
    found = (
        latest(
            Candidate(key=key, revision=revision, marked=_mark(marks.get(key)))
            for key, revision in versions.items()
        )
        for _, versions in sorted(revisions.items())
    )
    return tuple(best for best in found if best is not None)


def _mark(said: tuple[int, bool] | None) -> int | None:
    return said[0] if said is not None and said[1] else None


def _both(one: Candidate, other: Candidate) -> Candidate:
    marks = [found.marked for found in (one, other) if found.marked is not None]
    return Candidate(
        key=one.key,
        revision=max(one.revision, other.revision),
        marked=max(marks) if marks else None,
    )
