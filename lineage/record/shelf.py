"""Streams, documents, submissions and revisions as rows of lists, up to a revision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import orjson

from lineage.errors import KeyUnknownError
from lineage.record.cut import Cut, Leaf, Ordered, leaf
from lineage.record.receipt import moment
from lineage.record.session import Row, Work

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRow:
    """A stream: a named source, and what it has sent.

    ``branch`` and ``default`` are those of its newest submission; a stream with a branch counts
    only where ``default`` is true. ``slots`` is how many documents stand side by side in it.
    """

    name: str
    branch: str | None
    default: bool | None
    counts: bool
    retired: bool
    namespace: str | None
    slots: int
    submissions: int
    first_revision: int
    newest_revision: int
    newest_at: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionRow:
    """One accepted document, who sent it and what it did. ``id`` is its receipt's.

    ``newest`` is true where nothing later replaced it in its slot.
    """

    id: str
    revision: int
    at: datetime
    stream: str
    slot: str
    subject: str
    format: str
    reader_version: str
    digest: str
    size: int
    name: str
    principal: str
    client: str
    branch: str | None
    default: bool | None
    latest: bool | None
    commit: str | None
    job: str | None
    precedence: str
    claims: int
    added: int
    removed: int
    members: int
    quarantined: int
    warnings: tuple[str, ...]
    newest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """A document as it came in, byte for byte; ``submissions`` counts its receipts."""

    digest: str
    size: int
    name: str
    format: str
    first_revision: int
    newest_revision: int
    submissions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionRow:
    """A revision and the submission that made it. ``chain`` proves all that came before."""

    number: int
    chain: str
    at: datetime
    submission: str
    stream: str
    slot: str
    subject: str
    format: str
    principal: str
    added: int
    removed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sieve:
    """What narrows a list: equal values of these names; None takes all."""

    stream: str | None = None
    format: str | None = None
    subject: str | None = None
    principal: str | None = None
    branch: str | None = None
    digest: str | None = None

    def condition(self) -> tuple[str, tuple[Any, ...]]:
        """SQL that begins with AND, and its values."""
        columns = {
            "t.name": self.stream, "u.reader": self.format, "s.subject": self.subject,
            "u.principal": self.principal, "u.branch": self.branch,
        }  # fmt: skip
        given = {column: value for column, value in columns.items() if value is not None}
        text = "".join(f" AND {column} = ?" for column in given)
        values: list[Any] = list(given.values())
        if self.digest is not None:
            text += " AND u.document = ?"
            values.append(_raw(self.digest))
        return text, tuple(values)


_FROM = (
    " FROM submission u JOIN slot s ON s.tenant = u.tenant AND s.id = u.slot"
    " JOIN stream t ON t.tenant = s.tenant AND t.id = s.stream"
)
_SUBMISSION = (
    "SELECT u.id, u.revision, r.at, t.name, s.text, s.subject, u.reader, u.reader_version,"  # noqa: S608
    " u.document, d.size, u.name, u.principal, u.client, u.branch, u.is_default, u.latest,"
    " u.commit_id, u.job, u.precedence, u.receipt,"
    " (SELECT count(*) FROM quarantine q WHERE q.tenant = u.tenant AND q.revision = u.revision),"
    " NOT EXISTS (SELECT 1 FROM submission v WHERE v.tenant = u.tenant AND v.slot = u.slot"
    " AND v.revision > u.revision AND v.revision <= ?)"
    f"{_FROM} JOIN revision r ON r.tenant = u.tenant AND r.number = u.revision"
    " JOIN document d ON d.tenant = u.tenant AND d.digest = u.document"
    " WHERE u.tenant = ? AND u.revision <= ?"
)
_NEWEST_FIRST = Ordered(column="u.revision", descending=True)


def submissions(work: Work, tenant: int, upto: int, sieve: Sieve, cut: Cut) -> Leaf[SubmissionRow]:
    """Submissions up to a revision, newest first."""
    narrow, values = sieve.condition()
    total = _count(
        work, f"SELECT count(*){_FROM} WHERE u.tenant = ? AND u.revision <= ?{narrow}",
        tenant, upto, *values,
    )  # fmt: skip
    between, bounds = _NEWEST_FIRST.condition(cut)
    tail, limit = _NEWEST_FIRST.tail(cut)
    query = f"{_SUBMISSION}{narrow}{between}{tail}"
    rows = work.rows(query, upto, tenant, upto, *values, *bounds, *limit)
    return leaf([_submission(row) for row in rows], total, cut)


def found(work: Work, tenant: int, text: str) -> SubmissionRow:
    """A submission by its id, or the newest with that digest; KeyUnknownError."""
    row = work.one("SELECT head FROM tenant WHERE id = ?", tenant)
    head = int(row[0]) if row else 0
    raw = _raw(text)
    row = work.one(
        "SELECT max(revision) FROM submission WHERE tenant = ? AND (id = ? OR document = ?)",
        tenant, _plain(text), raw,
    )  # fmt: skip
    if row is None or row[0] is None:
        raise KeyUnknownError(text=text, revision=head)
    return numbered(work, tenant, head, [row[0]])[row[0]]


def newest_at(work: Work, tenant: int, time: datetime) -> int:
    """The newest revision at or before a time (naive: UTC); 0 before the first."""
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    since = aware - datetime.fromtimestamp(0, UTC)
    micros = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    row = work.one(
        "SELECT number FROM revision WHERE tenant = ? AND at <= ? ORDER BY at DESC, number DESC"
        " LIMIT 1",
        tenant, micros,
    )  # fmt: skip
    return int(row[0]) if row else 0


def numbered(work: Work, tenant: int, upto: int, revisions: list[int]) -> dict[int, SubmissionRow]:
    """The submissions of these revisions, by revision, in one query per 500."""
    found = work.among(
        f"{_SUBMISSION} AND u.revision IN (*)", sorted(revisions), upto, tenant, upto
    )
    return {row[1]: _submission(row) for row in found}


def revisions(work: Work, tenant: int, upto: int, cut: Cut) -> Leaf[RevisionRow]:
    """Revisions, newest first."""
    total = _count(
        work, "SELECT count(*) FROM revision WHERE tenant = ? AND number <= ?", tenant, upto
    )
    between, bounds = _NEWEST_FIRST.condition(cut)
    tail, limit = _NEWEST_FIRST.tail(cut)
    rows = work.rows(
        "SELECT u.revision, r.chain, r.at, u.id, t.name, s.text, s.subject, u.reader,"
        f" u.principal, u.receipt{_FROM}"
        " JOIN revision r ON r.tenant = u.tenant AND r.number = u.revision"
        f" WHERE u.tenant = ? AND u.revision <= ?{between}{tail}",
        tenant, upto, *bounds, *limit,
    )  # fmt: skip
    return leaf([_revision(row) for row in rows], total, cut)


def documents(work: Work, tenant: int, upto: int, sieve: Sieve, cut: Cut) -> Leaf[DocumentRow]:
    """Documents by the revision at which they first came in, newest first."""
    narrow, values = sieve.condition()
    grouped = (
        "SELECT u.document AS digest, min(u.revision) AS born, max(u.revision) AS newest,"
        f" count(*) AS times{_FROM} WHERE u.tenant = ? AND u.revision <= ?{narrow}"
        " GROUP BY u.document"
    )
    total = _count(work, f"SELECT count(*) FROM ({grouped}) g", tenant, upto, *values)  # noqa: S608
    order = Ordered(column="g.born", descending=True)
    between, bounds = order.condition(cut)
    tail, limit = order.tail(cut)
    rows = work.rows(
        "SELECT g.digest, d.size, u.name, u.reader, g.born, g.newest, g.times"  # noqa: S608
        f" FROM ({grouped}) g JOIN document d ON d.digest = g.digest AND d.tenant = ?"
        " JOIN submission u ON u.tenant = d.tenant AND u.revision = g.born"
        f" WHERE 1 = 1{between}{tail}",
        tenant, upto, *values, tenant, *bounds, *limit,
    )  # fmt: skip
    made = [
        DocumentRow(
            digest=f"sha256:{bytes(row[0]).hex()}", size=row[1], name=row[2], format=row[3],
            first_revision=row[4], newest_revision=row[5], submissions=row[6],
        )
        for row in rows
    ]  # fmt: skip
    return leaf(made, total, cut)


def streams(work: Work, tenant: int, upto: int, cut: Cut) -> Leaf[StreamRow]:
    """Streams that have sent something, by name."""
    sent = (
        " FROM stream t WHERE t.tenant = ? AND EXISTS (SELECT 1 FROM slot s JOIN submission u"
        " ON u.tenant = s.tenant AND u.slot = s.id AND u.revision <= ?"
        " WHERE s.tenant = t.tenant AND s.stream = t.id)"
    )
    total = _count(work, f"SELECT count(*){sent}", tenant, upto)
    order = Ordered(column=work.bytewise("t.name"))
    between, bounds = order.condition(cut)
    tail, limit = order.tail(cut)
    rows = work.rows(
        f"SELECT t.id, t.name, t.namespace, t.retired{sent}{between}{tail}",
        tenant, upto, *bounds, *limit,
    )  # fmt: skip
    told = {
        row[0]: row[1:]
        for row in work.among(
            "SELECT s.stream, count(DISTINCT s.id), count(*), min(u.revision), max(u.revision),"
            " max(s.last_seen) FROM slot s JOIN submission u ON u.tenant = s.tenant"
            " AND u.slot = s.id AND u.revision <= ? WHERE s.tenant = ? AND s.stream IN (*)"
            " GROUP BY s.stream",
            [row[0] for row in rows], upto, tenant,
        )
    }  # fmt: skip
    newest = {
        row[0]: row[1:]
        for row in work.among(
            "SELECT u.revision, r.at, u.branch, u.is_default FROM submission u JOIN revision r"
            " ON r.tenant = u.tenant AND r.number = u.revision"
            " WHERE u.tenant = ? AND u.revision IN (*)",
            [row[3] for row in told.values()], tenant,
        )
    }  # fmt: skip
    made = [_stream(row, told[row[0]], newest[told[row[0]][3]]) for row in rows]
    return leaf(made, total, cut)


def _stream(row: Row, told: Row, newest: Row) -> StreamRow:
    default = _flag(newest[2])
    return StreamRow(
        name=row[1], branch=newest[1], default=default,
        counts=newest[1] is None or bool(default), retired=bool(row[3]),
        namespace=row[2], slots=told[0], submissions=told[1], first_revision=told[2],
        newest_revision=told[3], newest_at=moment(newest[0]), last_seen=moment(told[4]),
    )  # fmt: skip


def _submission(row: Row) -> SubmissionRow:
    claims, added, removed, members, warnings = orjson.loads(row[19])
    return SubmissionRow(
        id=row[0], revision=row[1], at=moment(row[2]), stream=row[3], slot=row[4], subject=row[5],
        format=row[6], reader_version=row[7], digest=f"sha256:{bytes(row[8]).hex()}", size=row[9],
        name=row[10], principal=row[11], client=row[12], branch=row[13], default=_flag(row[14]),
        latest=_flag(row[15]), commit=row[16], job=row[17], precedence=row[18], claims=claims,
        added=added, removed=removed, members=members, quarantined=row[20],
        warnings=tuple(warnings), newest=bool(row[21]),
    )  # fmt: skip


def _revision(row: Row) -> RevisionRow:
    _, added, removed, _, _ = orjson.loads(row[9])
    return RevisionRow(
        number=row[0], chain=bytes(row[1]).hex(), at=moment(row[2]), submission=row[3],
        stream=row[4], slot=row[5], subject=row[6], format=row[7], principal=row[8], added=added,
        removed=removed,
    )  # fmt: skip


def _count(work: Work, query: str, *values: Any) -> int:
    row = work.one(query, *values)
    return int(row[0]) if row else 0


def _raw(digest: str) -> bytes:
    try:
        return bytes.fromhex(digest.removeprefix("sha256:"))
    except ValueError:
        return b""


def _plain(text: str) -> str:
    """Text that both databases take."""
    return text if text.isascii() and text.isprintable() else ""


def _flag(value: int | None) -> bool | None:
    return None if value is None else bool(value)
