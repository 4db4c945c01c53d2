"""Which claim sets name a statement: an index in memory that follows the record.

Sets never change, so the index only grows: it is made when it is asked for first, and reads then
what has come since. A set that leans on a keyframe is known by what it takes from it and adds to
it, so that the index has the size of what is stored. Twelve bytes for each id in a stored set.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from lineage.errors import RecordDamagedError
from lineage.record.claim_set import Ids, read_change, read_whole
from lineage.record.session import Work

T = TypeVar("T")
_CHUNK = 500
_SEGMENTS = 8
_Numbers = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class _Segment:
    """Statement ids, sorted, and the set that names each."""

    ids: Ids
    sets: _Numbers


class _Names:
    """Pairs (statement, set), found by statement."""

    def __init__(self) -> None:
        self._segments: list[_Segment] = []

    def add(self, arrays: Iterable[tuple[int, Ids]]) -> None:
        """Index what these sets name."""
        found = [(number, ids) for number, ids in arrays if len(ids)]
        if not found:
            return
        sets = np.repeat(
            np.array([number for number, _ in found], dtype=np.int32), [len(i) for _, i in found]
        )
        self._segments.append(_sorted(np.concatenate([ids for _, ids in found]), sets))
        if len(self._segments) > _SEGMENTS:
            ids = np.concatenate([one.ids for one in self._segments])
            self._segments = [_sorted(ids, np.concatenate([one.sets for one in self._segments]))]

    def of(self, number: int) -> set[int]:
        """The sets that name a statement."""
        found: set[int] = set()
        for one in self._segments:
            low, high = np.searchsorted(one.ids, [number, number + 1])
            found.update(one.sets[low:high].tolist())
        return found


@dataclass(slots=True)
class _Index:
    """The sets of one tenant: numbers by digest, what they name and what they take away."""

    numbers: dict[bytes, int] = field(default_factory=dict)
    digests: list[bytes] = field(default_factory=list)
    named: _Names = field(default_factory=_Names)
    removed: _Names = field(default_factory=_Names)
    leaning: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, digest: bytes) -> int:
        """The number of a set that was not known."""
        self.numbers[digest] = number = len(self.digests)
        self.digests.append(digest)
        return number

    def of(self, number: int) -> set[int]:
        """The sets that name a statement, of themselves or by their keyframe."""
        found = self.named.of(number)
        leaning = {one for base in found for one in self.leaning.get(base, ())}
        return found | (leaning - self.removed.of(number)) if leaning else found


class Bearings:
    """The indexes of a database, by tenant. Safe to share between threads."""

    def __init__(self) -> None:
        self._indexes: dict[int, _Index] = {}
        self._lock = Lock()

    def of(self, work: Work, tenant: int, wanted: Iterable[int]) -> dict[bytes, list[int]]:
        """The sets that name any of these statements, by digest, and which they name, sorted.

        Raises RecordDamagedError for a set that cannot be read.
        """
        statements = sorted(wanted)
        if not statements:
            return {}
        with self._lock:
            index = self._followed(work, tenant)
            found: dict[int, list[int]] = defaultdict(list)
            for statement in statements:
                for number in index.of(statement):
                    found[number].append(statement)
            return {index.digests[number]: some for number, some in found.items()}

    def _followed(self, work: Work, tenant: int) -> _Index:
        """The index with everything that there is; made anew where something was purged."""
        rows = work.rows("SELECT digest, keyframe FROM claim_set WHERE tenant = ?", tenant)
        there = {bytes(digest): None if base is None else bytes(base) for digest, base in rows}
        index = self._indexes.get(tenant)
        if index is None or not index.numbers.keys() <= there.keys():
            index = self._indexes[tenant] = _Index()
        fresh = there.keys() - index.numbers.keys()
        whole = sorted(digest for digest in fresh if there[digest] is None)
        for digests in _chunks(whole):
            _add_whole(work, tenant, index, digests)
        # What leans on one keyframe is read together.
        leaning = sorted((base, one) for one in fresh if (base := there[one]) is not None)
        for pairs in _chunks(leaning):
            _add_leaning(work, tenant, index, pairs)
        return index


def _add_whole(work: Work, tenant: int, index: _Index, digests: list[bytes]) -> None:
    bodies = _bodies(work, tenant, digests)
    index.named.add([(index.add(one), read_whole(bodies[one])) for one in digests])


def _add_leaning(work: Work, tenant: int, index: _Index, pairs: list[tuple[bytes, bytes]]) -> None:
    bodies = _bodies(work, tenant, [one for _, one in pairs])
    bases = _bodies(work, tenant, sorted({base for base, _ in pairs}))
    arrays = {digest: read_whole(body) for digest, body in bases.items()}
    named, removed = [], []
    for base, one in pairs:
        if base not in index.numbers:
            raise RecordDamagedError(reason=f"keyframe {base.hex()} is itself a delta")
        change, number = read_change(bodies[one], arrays[base]), index.add(one)
        index.leaning[index.numbers[base]].append(number)
        named.append((number, change.added))
        removed.append((number, arrays[base][change.places]))
    index.named.add(named)
    index.removed.add(removed)


def _bodies(work: Work, tenant: int, digests: list[bytes]) -> dict[bytes, bytes]:
    rows = work.among(
        "SELECT digest, body FROM claim_set WHERE tenant = ? AND digest IN (*)", digests, tenant
    )
    found = {bytes(digest): bytes(body) for digest, body in rows}
    for digest in digests:
        if digest not in found:
            raise RecordDamagedError(reason=f"claim set {digest.hex()} is not there")
    return found


def _chunks(some: list[T]) -> Iterator[list[T]]:
    return (some[start : start + _CHUNK] for start in range(0, len(some), _CHUNK))


def _sorted(ids: Ids, sets: _Numbers) -> _Segment:
    order = np.argsort(ids, kind="stable")
    return _Segment(ids[order], sets[order])
