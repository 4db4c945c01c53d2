"""Which claim sets name some statements: found without making arrays of every set."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from lineage.errors import RecordDamagedError
from lineage.record.claim_set import Ids
from lineage.record.session import Row, Work

_CHUNK = 2000
_COUNT = np.dtype("<u4")
_ID = np.dtype("<i8")
_Found = tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]


def bearing(work: Work, tenant: int, wanted: Ids) -> dict[bytes, Ids]:
    """The sets that name any of these statements (sorted ids), by digest, and which they name."""
    if not len(wanted):
        return {}
    places: dict[bytes, _Found] = {}
    found: dict[bytes, Ids] = {}
    for digest, _, body in _sets(work, tenant, "keyframe IS NULL"):
        places[digest] = whole = _in_whole(body, wanted)
        if whole[1].any():
            found[digest] = wanted[whole[1]]
    for digest, keyframe, body in _sets(work, tenant, "keyframe IS NOT NULL"):
        if keyframe not in places:
            raise RecordDamagedError(reason=f"keyframe {keyframe.hex()} is not there")
        named = _in_delta(body, wanted, places[keyframe])
        if named.any():
            found[digest] = wanted[named]
    return found


def _sets(work: Work, tenant: int, which: str) -> Iterator[Row]:
    """All sets of one sort, a chunk at a time: bodies can be large."""
    last = b""
    while True:
        rows = work.rows(
            f"SELECT digest, keyframe, body FROM claim_set WHERE tenant = ? AND {which}"  # noqa: S608
            " AND digest > ? ORDER BY digest LIMIT ?",
            tenant, last, _CHUNK,
        )  # fmt: skip
        for digest, keyframe, body in rows:
            yield bytes(digest), None if keyframe is None else bytes(keyframe), bytes(body)
        if len(rows) < _CHUNK:
            return
        last = bytes(rows[-1][0])


def _in_whole(body: bytes, wanted: Ids) -> _Found:
    ids = np.frombuffer(body, dtype=_ID)
    place = np.searchsorted(ids, wanted)
    if not len(ids):
        return place, np.zeros(len(wanted), dtype=np.bool_)
    return place, ids[np.minimum(place, len(ids) - 1)] == wanted


def _in_delta(body: bytes, wanted: Ids, base: _Found) -> npt.NDArray[np.bool_]:
    removals, additions = np.frombuffer(body, dtype=_COUNT, count=2).tolist()
    removed = np.frombuffer(body, dtype=_COUNT, count=removals, offset=8)
    added = np.frombuffer(body, dtype=_ID, count=additions, offset=8 + 4 * removals)
    place, named = base
    kept: npt.NDArray[np.bool_] = named & ~np.isin(place, removed)
    return kept | np.isin(wanted, added)
