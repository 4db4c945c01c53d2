"""Reads claim sets; equal digests are one array, kept as long as somebody looks at it."""

from __future__ import annotations

from collections.abc import Iterable
from weakref import WeakValueDictionary

from lineage.errors import RecordDamagedError
from lineage.record.claim_set import Ids, read_delta, read_whole
from lineage.record.session import Work

_QUERY = "SELECT digest, keyframe, body FROM claim_set WHERE tenant = ? AND digest IN (*)"


class ClaimSets:
    """The claim sets of a database, by (tenant, digest)."""

    def __init__(self) -> None:
        self._kept: WeakValueDictionary[tuple[int, bytes], Ids] = WeakValueDictionary()

    def read(self, work: Work, tenant: int, digests: Iterable[bytes]) -> dict[bytes, Ids]:
        """The ids of these sets; RecordDamagedError where one is missing."""
        found: dict[bytes, Ids] = {}
        missing: set[bytes] = set()
        for digest in digests:
            kept = self._kept.get((tenant, digest))
            if kept is None:
                missing.add(digest)
            else:
                found[digest] = kept
        deltas: list[tuple[bytes, bytes, bytes]] = []
        for digest, keyframe, body in work.among(_QUERY, sorted(missing), tenant):
            if keyframe is None:
                found[digest] = self._keep(tenant, digest, read_whole(body))
            else:
                deltas.append((digest, keyframe, body))
        if deltas:
            bases = self._bases(work, tenant, {base for _, base, _ in deltas}, found)
            for digest, keyframe, body in deltas:
                found[digest] = self._keep(tenant, digest, read_delta(body, bases[keyframe]))
        for digest in missing:
            if digest not in found:
                raise RecordDamagedError(reason=f"claim set {digest.hex()} is not there")
        return found

    def keyframe(self, work: Work, tenant: int, digest: bytes) -> tuple[bytes, Ids]:
        """The keyframe of a set (itself where it stands alone) and its ids."""
        row = work.one(
            "SELECT keyframe FROM claim_set WHERE tenant = ? AND digest = ?", tenant, digest
        )
        if row is None:
            raise RecordDamagedError(reason=f"claim set {digest.hex()} is not there")
        base = digest if row[0] is None else bytes(row[0])
        return base, self.read(work, tenant, [base])[base]

    def _bases(
        self, work: Work, tenant: int, wanted: set[bytes], found: dict[bytes, Ids]
    ) -> dict[bytes, Ids]:
        bases: dict[bytes, Ids] = {}
        missing: list[bytes] = []
        for digest in sorted(wanted):
            kept = found.get(digest)
            if kept is None:
                kept = self._kept.get((tenant, digest))
            if kept is None:
                missing.append(digest)
            else:
                bases[digest] = kept
        for digest, keyframe, body in work.among(_QUERY, missing, tenant):
            if keyframe is not None:
                raise RecordDamagedError(reason=f"keyframe {digest.hex()} is itself a delta")
            bases[digest] = self._keep(tenant, digest, read_whole(body))
        for digest in missing:
            if digest not in bases:
                raise RecordDamagedError(reason=f"keyframe {digest.hex()} is not there")
        return bases

    def _keep(self, tenant: int, digest: bytes, ids: Ids) -> Ids:
        self._kept[(tenant, digest)] = ids
        return ids
