"""Claim sets as bytes: sorted statement ids, whole or as a delta against one keyframe.

Whole: little-endian int64, sorted. Delta: two uint32 counts, the removed positions in the
keyframe (uint32, rising), the added ids (int64, rising).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lineage.errors import RecordDamagedError

Ids = npt.NDArray[np.int64]
_COUNT = np.dtype("<u4")
_ID = np.dtype("<i8")


@dataclass(frozen=True, slots=True)
class Change:
    """What a set takes from its keyframe (places there, rising) and adds to it (ids, rising)."""

    places: npt.NDArray[np.uint32]
    added: Ids


def sorted_ids(ids: Iterable[int]) -> Ids:
    """Ids as a sorted array without repeats."""
    return np.unique(np.fromiter(ids, dtype=_ID))


def whole(ids: Ids) -> bytes:
    """The bytes of a set that stands alone; these are also what its digest is taken over."""
    return ids.astype(_ID, copy=False).tobytes()


def delta(ids: Ids, keyframe: Ids) -> bytes:
    """The bytes of a set as what differs from a keyframe."""
    removed = np.flatnonzero(~np.isin(keyframe, ids, assume_unique=True)).astype(_COUNT)
    added = ids[~np.isin(ids, keyframe, assume_unique=True)].astype(_ID)
    head = np.array([len(removed), len(added)], dtype=_COUNT)
    return head.tobytes() + removed.tobytes() + added.tobytes()


def read_whole(body: bytes) -> Ids:
    """The ids of a set that stands alone; RecordDamagedError where they are not sorted ids."""
    if len(body) % 8:
        raise RecordDamagedError(reason="a claim set is cut off")
    return _checked(np.frombuffer(body, dtype=_ID))


def read_delta(body: bytes, keyframe: Ids) -> Ids:
    """The ids of a set that leans on a keyframe; RecordDamagedError where they do not fit."""
    change = read_change(body, keyframe)
    kept = np.delete(keyframe, change.places)
    return _checked(np.sort(np.concatenate((kept, change.added))))


def read_change(body: bytes, keyframe: Ids) -> Change:
    """What a set takes from its keyframe and adds; RecordDamagedError where it does not fit."""
    if len(body) < 8:
        raise RecordDamagedError(reason="the delta of a claim set is cut off")
    removals, additions = (int(n) for n in np.frombuffer(body, dtype=_COUNT, count=2))
    if len(body) != 8 + 4 * removals + 8 * additions:
        raise RecordDamagedError(reason="the delta of a claim set is cut off")
    places = np.frombuffer(body, dtype=_COUNT, count=removals, offset=8)
    if removals and int(places.max()) >= len(keyframe):
        raise RecordDamagedError(reason="the delta of a claim set names a place outside its base")
    return Change(places, np.frombuffer(body, dtype=_ID, count=additions, offset=8 + 4 * removals))


def smaller(ids: Ids, keyframe: Ids) -> bytes | None:
    """The delta where it is a quarter of the whole at most, else None: keep it whole.

    Deltas against one keyframe grow with every change; a quarter is where starting anew is
    cheaper when 1 % of a few hundred claims changes each time.
    """
    body = delta(ids, keyframe)
    return body if 4 * len(body) <= 8 * len(ids) else None


def _checked(ids: Ids) -> Ids:
    if len(ids) > 1 and not bool(np.all(ids[1:] > ids[:-1])):
        raise RecordDamagedError(reason="the ids of a claim set are not sorted")
    return ids
