"""What one submission says, as a snapshot of its own: nothing else stands beside it."""

from __future__ import annotations

from lineage.model.identity import Key
from lineage.model.revision import Revision
from lineage.record.digest import NO_CHAIN
from lineage.record.session import Work
from lineage.record.sets import ClaimSets
from lineage.record.shelf import SubmissionRow
from lineage.record.snapshot import LiveHolding, SlotState, Snapshot, StreamState
from lineage.record.turn import statements


def submitted(
    work: Work,
    tenant: int,
    name: str,
    sets: ClaimSets,
    sent: SubmissionRow,
    slot: int,
) -> Snapshot:
    """The claims that its slot held after that submission; every one of them counts."""
    rows = work.rows(
        "SELECT h.assembly, a.key, h.claim_set FROM holding h LEFT JOIN assembly a"
        " ON a.tenant = h.tenant AND a.id = h.assembly WHERE h.tenant = ? AND h.slot = ?"
        " AND h.from_revision <= ? AND (h.to_revision IS NULL OR h.to_revision > ?)",
        tenant, slot, sent.revision, sent.revision,
    )  # fmt: skip
    arrays = sets.read(work, tenant, {bytes(row[2]) for row in rows})
    state = SlotState(
        stream=sent.stream, slot=sent.slot, subject=Key(sent.subject), revision=sent.revision,
        latest=True, precedence=sent.precedence, format=sent.format,
    )  # fmt: skip
    numbers = sorted({number for ids in arrays.values() for number in ids.tolist()})
    return Snapshot(
        tenant=name,
        revision=_revision(work, tenant, sent),
        pack_revision=0,
        holdings=tuple(
            LiveHolding(
                stream=sent.stream,
                slot=sent.slot,
                assembly=Key(row[1]) if row[0] else None,
                digest=bytes(row[2]),
                statements=arrays[bytes(row[2])],
                revision=sent.revision,
                principal=sent.principal,
                submission=sent.id,
            )
            for row in rows
        ),
        slots={(sent.stream, sent.slot): state},
        streams={sent.stream: StreamState(name=sent.stream)},
        statements=statements(work, tenant, numbers),
    )


def _revision(work: Work, tenant: int, sent: SubmissionRow) -> Revision:
    row = work.one(
        "SELECT chain FROM revision WHERE tenant = ? AND number = ?", tenant, sent.revision
    )
    chain = bytes(row[0]) if row else NO_CHAIN
    return Revision(number=sent.revision, chain=chain.hex(), at=sent.at)
