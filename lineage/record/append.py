"""One document, one transaction: the only code that opens and closes holdings.

Order of locks, the same for every writer: the stream's row, then immutable rows sorted by key,
table after table, then the tenant's row, which gives the revision and is taken last.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import orjson

from lineage.errors import RecordDamagedError
from lineage.model.document import Receipt
from lineage.record.claim_set import Ids, smaller, whole
from lineage.record.digest import NO_CHAIN, Stamp, chain_digest, content_digest, set_digest
from lineage.record.document import Documents, pack
from lineage.record.follower import CHANNEL
from lineage.record.prepared import Prepared
from lineage.record.receipt import facts_text, read_receipt, receipt_text, says_nothing
from lineage.record.seal import Sealed, submission_digest
from lineage.record.session import Row, Work
from lineage.record.sets import ClaimSets
from lineage.record.submission import Submission

_HISTORY_COLUMNS = (
    "document, branch, is_default, latest, given, namespace, lenient, receipt, revision"
)


@dataclass(frozen=True, slots=True)
class _Open:
    """An open holding of a slot."""

    digest: bytes
    since: int


class Append:
    """Appends to one tenant; ``sets`` and ``documents`` are the caches of the record."""

    def __init__(self, stamp: Stamp, sets: ClaimSets, documents: Documents) -> None:
        self._stamp = stamp
        self._sets = sets
        self._documents = documents

    def __call__(self, work: Work, tenant: str, sent: Submission, rows: Prepared) -> Receipt:
        """Write everything, or nothing; the receipt of the slot's newest where nothing is news."""
        number = tenant_number(work, tenant)
        stream = self._stamp.name("stream", sent.stream)
        slot = self._stamp.name("slot", f"{sent.stream}\0{sent.slot}")
        retired = _lock_stream(work, number, stream, sent.stream)
        newest = _newest(work, number, slot)
        digest = content_digest(sent.content)
        opened = _open(work, number, slot)
        if newest is not None and _is_late(work, number, slot, sent.said):
            return read_receipt(work, number, tenant, newest[8], unchanged=True)
        if newest is not None and not sent.anew and _same(newest, digest, sent, opened):
            work.run(
                "UPDATE slot SET seen = seen + 1, last_seen = ? WHERE tenant = ? AND id = ?",
                _now(), number, slot,
            )  # fmt: skip
            return read_receipt(work, number, tenant, newest[8], unchanged=True)
        sets = {where: (set_digest(whole(ids)), ids) for where, ids in rows.sets.items()}
        fresh = {w: s for w, s in sets.items() if w not in opened or opened[w].digest != s[0]}
        gone = {w: held for w, held in opened.items() if w not in sets or w in fresh}
        if newest is not None and sent.anew and not fresh and not gone:
            _note_time(work, number, slot, sent.said)
            return read_receipt(work, number, tenant, newest[8], unchanged=True)
        swept = _others(work, number, stream, slot) if sent.whole_stream else []
        if retired and fresh:  # a branch that was gone is there again
            work.run("UPDATE stream SET retired = 0 WHERE tenant = ? AND id = ?", number, stream)
        if newest is None:
            work.run(
                "INSERT INTO slot (tenant, id, stream, text, subject, format, seen, last_seen)"
                " VALUES (?, ?, ?, ?, ?, ?, 0, 0)",
                number, slot, stream, sent.slot, sent.subject, sent.reader,
            )  # fmt: skip
        self._write_document(work, number, sent.content, digest, newest)
        _write_rows(work, number, rows)
        before = {w: self._sets.read(work, number, [h.digest])[h.digest] for w, h in gone.items()}
        self._write_sets(work, number, fresh, opened)

        head, chain, at = _take_revision(work, number)
        seal = Sealed(
            id=secrets.token_hex(12),
            revision=head,
            tenant=tenant,
            stream=stream,
            slot=slot,
            document=digest,
            given=sent.given,
            part=sent.part,
            principal=sent.principal,
            client=sent.client,
            branch=sent.branch,
            is_default=_flag(sent.default),
            latest=_flag(sent.latest),
            commit_id=sent.commit,
            job=sent.job,
            namespace=sent.namespace,
            lenient=int(sent.lenient),
            reader=sent.reader,
            reader_version=sent.reader_version,
            precedence=sent.precedence,
            facts=facts_text(sent.facts),
            closed=tuple(sorted([(slot, w) for w in gone] + swept)),
            opened=tuple(sorted((w, s[0]) for w, s in fresh.items())),
        )
        chain = chain_digest(chain, submission_digest(seal))
        work.run(
            "UPDATE tenant SET chain = ?, at = ? WHERE id = ?", chain, at, number
        )  # fmt: skip
        work.run("INSERT INTO revision VALUES (?, ?, ?, ?, ?)", number, head, chain, at, seal.id)
        work.many(
            "UPDATE holding SET to_revision = ? WHERE tenant = ? AND slot = ? AND assembly = ?"
            " AND to_revision IS NULL",
            [(head, number, where_slot, where) for where_slot, where in seal.closed],
        )
        work.many(
            "INSERT INTO holding (tenant, slot, assembly, from_revision, stream, claim_set)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [(number, slot, where, head, stream, held) for where, held in seal.opened],
        )
        added, removed = _counts(fresh, before)
        text = receipt_text(
            claims=sum(len(ids) for _, ids in sets.values()),
            added=added,
            removed=removed,
            members=rows.members,
            warnings=sent.warnings,
        )
        _write_submission(work, number, seal, sent, text)
        work.run(
            "UPDATE slot SET newest = ?, seen = seen + 1, last_seen = ?"
            " WHERE tenant = ? AND id = ?",
            head, at, number, slot,
        )  # fmt: skip
        _note_time(work, number, slot, sent.said)
        if work.postgresql:
            work.rows("SELECT pg_notify(?, ?)", CHANNEL, f"{head}")
        return read_receipt(work, number, tenant, head, unchanged=False)

    def _write_document(
        self, work: Work, tenant: int, content: bytes, digest: bytes, newest: Row | None
    ) -> None:
        there = work.one("SELECT 1 FROM document WHERE tenant = ? AND digest = ?", tenant, digest)
        if not there:
            previous = None
            if newest is not None:
                row = work.one(
                    "SELECT depth FROM document WHERE tenant = ? AND digest = ?", tenant, newest[0]
                )
                base = self._documents.read(work, tenant, newest[0])
                if row is None or base is None:
                    raise RecordDamagedError(reason="the slot's newest document is not there")
                previous = (newest[0], row[0], base)
            packed = pack(content, previous)
            work.run(
                "INSERT INTO document (tenant, digest, previous, depth, size, body)"
                " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                tenant, digest, packed.previous, packed.depth, packed.size, packed.body,
            )  # fmt: skip
        self._documents.keep(tenant, digest, content)

    def _write_sets(
        self, work: Work, tenant: int, fresh: dict[int, tuple[bytes, Ids]], opened: dict[int, _Open]
    ) -> None:
        rows = []
        for where, (digest, ids) in fresh.items():
            held = opened.get(where)
            keyframe, body = None, None
            if held is not None:
                base, base_ids = self._sets.keyframe(work, tenant, held.digest)
                body = smaller(ids, base_ids) if base != digest else None
                keyframe = base if body is not None else None
            rows.append((tenant, digest, keyframe, len(ids), whole(ids) if body is None else body))
        work.many(
            "INSERT INTO claim_set (tenant, digest, keyframe, count, body)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            sorted({row[1]: row for row in rows}.values(), key=lambda row: row[1]),
        )


def tenant_number(work: Work, name: str) -> int:
    """The number of a tenant, made where it is new."""
    row = work.one("SELECT id FROM tenant WHERE name = ?", name)
    if row is None:
        work.run(
            "INSERT INTO tenant (id, name, head, chain, at)"
            " SELECT coalesce(max(id), 0) + 1, ?, 0, ?, 0 FROM tenant",
            name,
            NO_CHAIN,
        )
        row = work.one("SELECT id FROM tenant WHERE name = ?", name)
    return int(row[0]) if row else 0


def _lock_stream(work: Work, tenant: int, stream: int, name: str) -> bool:
    """Whether the stream was retired."""
    lock = " FOR UPDATE" if work.postgresql else ""
    query = f"SELECT name, retired FROM stream WHERE tenant = ? AND id = ?{lock}"  # noqa: S608
    row = work.one(query, tenant, stream)
    if row is None:
        work.run(
            "INSERT INTO stream (tenant, id, name, retired) VALUES (?, ?, ?, 0)"
            " ON CONFLICT DO NOTHING",
            tenant, stream, name,
        )  # fmt: skip
        row = work.one(query, tenant, stream)
    if row is None or row[0] != name:
        raise RecordDamagedError(reason=f"stream '{name}' has the id of another one")
    return bool(row[1])


def _newest(work: Work, tenant: int, slot: int) -> Row | None:
    return work.one(
        f"SELECT {_HISTORY_COLUMNS} FROM submission WHERE tenant = ? AND revision ="  # noqa: S608
        " (SELECT newest FROM slot WHERE tenant = ? AND id = ?)",
        tenant, tenant, slot,
    )  # fmt: skip


def _same(newest: Row, digest: bytes, sent: Submission, opened: dict[int, _Open]) -> bool:
    if not opened and not says_nothing(newest[7]):
        return False  # an export of the whole stream has closed the slot since
    said = (
        digest, sent.branch, _flag(sent.default), _flag(sent.latest), sent.given, sent.namespace,
        int(sent.lenient),
    )  # fmt: skip
    return said == (bytes(newest[0]), *newest[1:7])


def _is_late(work: Work, tenant: int, slot: int, said: str) -> bool:
    """Whether something that was said later has been heard before."""
    row = (
        work.one("SELECT said FROM slot WHERE tenant = ? AND id = ?", tenant, slot)
        if said
        else None
    )
    return row is not None and row[0] is not None and said < row[0]


def _note_time(work: Work, tenant: int, slot: int, said: str) -> None:
    if said:
        work.run("UPDATE slot SET said = ? WHERE tenant = ? AND id = ?", said, tenant, slot)


def _open(work: Work, tenant: int, slot: int) -> dict[int, _Open]:
    rows = work.rows(
        "SELECT assembly, claim_set, from_revision FROM holding"
        " WHERE tenant = ? AND slot = ? AND to_revision IS NULL",
        tenant, slot,
    )  # fmt: skip
    return {where: _Open(bytes(digest), since) for where, digest, since in rows}


def _others(work: Work, tenant: int, stream: int, slot: int) -> list[tuple[int, int]]:
    rows = work.rows(
        "SELECT h.slot, h.assembly FROM slot s JOIN holding h ON h.tenant = s.tenant"
        " AND h.slot = s.id AND h.to_revision IS NULL"
        " WHERE s.tenant = ? AND s.stream = ? AND s.id <> ?",
        tenant, stream, slot,
    )  # fmt: skip
    return [(row[0], row[1]) for row in rows]


def _write_rows(work: Work, tenant: int, rows: Prepared) -> None:
    write_statements(work, tenant, rows.statements)
    work.insert_new(
        "assembly", ("tenant", "id", "key"), [(tenant, *row) for row in rows.assemblies]
    )
    work.insert_new(
        "family",
        ("tenant", "id", "key", "kind", "name"),
        [(tenant, *rows.families[number]) for number in sorted(rows.families)],
    )
    work.insert_new(
        "alias", ("tenant", "text", "key"), [(tenant, *row) for row in sorted(rows.aliases)]
    )


def write_statements(work: Work, tenant: int, rows: list[tuple[int, int, str, int, bytes]]) -> None:
    """Insert what is not there; an id that is there with another check is damage, never news."""
    written = work.insert_new(
        "statement",
        ("tenant", "id", "proof", "kind", "subject", "body"),
        [(tenant, *row) for row in rows],
    )
    if written != len(rows):
        checks = {row[0]: row[1] for row in rows}
        there = work.among_ids(
            "SELECT id, proof FROM statement WHERE tenant = ? AND id IN (*)", list(checks), tenant
        )
        for number, proof in there:
            if checks[number] != proof:
                raise RecordDamagedError(reason=f"statement {number} has another check")


def _take_revision(work: Work, tenant: int) -> tuple[int, bytes, int]:
    row = work.one(
        "UPDATE tenant SET head = head + 1 WHERE id = ? RETURNING head, chain, at", tenant
    )
    if row is None:
        raise RecordDamagedError(reason="the tenant's row is gone")
    return row[0], bytes(row[1]), max(row[2], _now())


def _counts(fresh: dict[int, tuple[bytes, Ids]], before: dict[int, Ids]) -> tuple[int, int]:
    added = removed = 0
    for where, (_, ids) in fresh.items():
        old = before.get(where)
        both = 0 if old is None else len(np.intersect1d(ids, old, assume_unique=True))
        added += len(ids) - both
        removed += 0 if old is None else len(old) - both
    removed += sum(len(ids) for where, ids in before.items() if where not in fresh)
    return added, removed


def _write_submission(
    work: Work, tenant: int, seal: Sealed, sent: Submission, receipt: str
) -> None:
    row = seal.row() | {
        "tenant": tenant,
        "name": sent.name,
        "whole_stream": int(sent.whole_stream),
        "receipt": receipt,
    }
    names = ", ".join(row)
    marks = ", ".join("?" * len(row))
    work.run(f"INSERT INTO submission ({names}) VALUES ({marks})", *row.values())  # noqa: S608
    work.many(
        "INSERT INTO quarantine (tenant, revision, position, path, reason, raw)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        _quarantine_rows(tenant, seal.revision, sent),
    )


def _quarantine_rows(
    tenant: int, revision: int, sent: Submission
) -> list[tuple[int, int, int, str, str, str]]:
    found: Iterable[tuple[int, int, int, str, str, str]] = (
        (tenant, revision, place, _clean(one.path), _clean(one.reason), _raw(one.raw))
        for place, one in enumerate(sent.quarantined)
    )
    return list(found)


def _raw(value: object) -> str:
    try:
        return orjson.dumps(value, default=repr).decode()
    except TypeError:  # a lone surrogate or too large a number: keep what can be shown
        return orjson.dumps(ascii(value)).decode()


def _clean(text: str) -> str:
    """Text that both databases can hold: PostgreSQL has no NUL, UTF-8 no lone surrogates."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _flag(value: bool | None) -> int | None:  # noqa: FBT001
    return None if value is None else int(value)


def _now() -> int:
    return time.time_ns() // 1000
