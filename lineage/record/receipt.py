"""Receipts: put together from the rows that a submission wrote, so that they never disagree."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime

import orjson

from lineage.errors import RecordDamagedError
from lineage.model.document import Quarantined, Receipt
from lineage.model.identity import Key
from lineage.record.session import Row, Work


def receipt_text(
    *, claims: int, added: int, removed: int, members: int, warnings: tuple[str, ...]
) -> str:
    """The part of a receipt that stands in no other column."""
    return orjson.dumps([claims, added, removed, members, warnings]).decode()


def says_nothing(text: str) -> bool:
    """Whether the submission of that receipt text had no claims at all."""
    return text.startswith("[0,")


def facts_text(facts: tuple[tuple[str, str], ...]) -> str:
    """Facts of a submission (serial number, timestamp, tools) as canonical text; "" for none."""
    return orjson.dumps(dict(facts), option=orjson.OPT_SORT_KEYS).decode() if facts else ""


def moment(microseconds: int) -> datetime:
    """A stored time as a datetime (UTC)."""
    seconds, rest = divmod(microseconds, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)


def read_receipt(
    work: Work, number: int, tenant: str, revision: int, *, unchanged: bool
) -> Receipt:
    """The receipt of the submission at a revision."""
    for found in read_receipts(work, number, tenant, (revision,)):
        return replace(found, unchanged=unchanged)
    raise RecordDamagedError(reason=f"revision {revision} has no submission")


def read_receipts(
    work: Work, number: int, tenant: str, revisions: Collection[int]
) -> tuple[Receipt, ...]:
    """The receipts of the submissions at these revisions, as they were first given, oldest first.

    Two reads, however many they are.
    """
    rows = work.among_ids(_RECEIPT, list(revisions), number)
    held: dict[int, list[Quarantined]] = {}
    for revision, path, reason, raw in work.among_ids(_HELD, list(revisions), number):
        one = Quarantined(path=path, reason=reason, raw=orjson.loads(raw))
        held.setdefault(revision, []).append(one)
    rows.sort(key=lambda row: int(row[12]))
    return tuple(_receipt(row, tenant, tuple(held.get(row[12], ()))) for row in rows)


_RECEIPT = (
    "SELECT u.id, r.chain, r.at, t.name, s.text, u.reader, u.reader_version, s.subject,"
    " u.document, d.size, u.facts, u.receipt, u.revision"
    " FROM submission u"
    " JOIN revision r ON r.tenant = u.tenant AND r.number = u.revision"
    " JOIN slot s ON s.tenant = u.tenant AND s.id = u.slot"
    " JOIN stream t ON t.tenant = u.tenant AND t.id = u.stream"
    " JOIN document d ON d.tenant = u.tenant AND d.digest = u.document"
    " WHERE u.tenant = ? AND u.revision IN (*)"
)
_HELD = (
    "SELECT revision, path, reason, raw FROM quarantine"
    " WHERE tenant = ? AND revision IN (*) ORDER BY revision, position"
)


def _receipt(row: Row, tenant: str, quarantined: tuple[Quarantined, ...]) -> Receipt:
    claims, added, removed, members, warnings = orjson.loads(row[11])
    return Receipt(
        id=row[0],
        revision=row[12],
        chain=bytes(row[1]).hex(),
        at=moment(row[2]),
        unchanged=False,
        tenant=tenant,
        stream=row[3],
        slot=row[4],
        format=row[5],
        reader_version=row[6],
        subject=Key(row[7]),
        digest=f"sha256:{bytes(row[8]).hex()}",
        size=row[9],
        claims=claims,
        added=added,
        removed=removed,
        members=members,
        quarantined=quarantined,
        warnings=tuple(warnings),
        facts=orjson.loads(row[10]) if row[10] else {},
    )
