"""Single claims, streams and submissions, past ones included: what SQL itself is read for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lineage.errors import KeyUnknownError
from lineage.model.claim import Statement
from lineage.model.encoding import decode
from lineage.model.identity import Key, identify
from lineage.record.digest import Stamp
from lineage.record.receipt import moment, says_nothing
from lineage.record.session import Row, Session, Work
from lineage.record.sets import ClaimSets


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A statement as a stream holds it: from one revision to another (None: still)."""

    id: int
    statement: Statement
    stream: str
    slot: str
    assembly: Key | None
    from_revision: int
    to_revision: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A submission and what is needed to read its document anew.

    ``closed``: nothing of the slot is alive now, though its newest document says something (an
    export of the whole stream did not name it).
    """

    id: str
    revision: int
    digest: str
    stream: str
    slot: str
    subject: Key
    name: str
    given: Key | None
    part: str
    principal: str
    client: str
    branch: str | None
    default: bool | None
    latest: bool | None
    commit: str | None
    job: str | None
    namespace: str
    lenient: bool
    reader: str
    reader_version: str
    precedence: str
    seen: int
    last_seen: datetime
    closed: bool


_KEPT = (
    "SELECT u.id, u.revision, u.document, t.name, s.text, s.subject, u.name, u.given, u.part,"
    " u.principal, u.client, u.branch, u.is_default, u.latest, u.commit_id, u.job, u.namespace,"
    " u.lenient, u.reader, u.reader_version, u.precedence, s.seen, s.last_seen,"
    " u.receipt, EXISTS (SELECT 1 FROM holding h WHERE h.tenant = s.tenant AND h.slot = s.id"
    " AND h.to_revision IS NULL)"
    " FROM submission u JOIN slot s ON s.tenant = u.tenant AND s.id = u.slot"
    " JOIN stream t ON t.tenant = s.tenant AND t.id = s.stream"
)


class History:
    """The past of one tenant."""

    def __init__(self, session: Session, stamp: Stamp, tenant: str, sets: ClaimSets) -> None:
        self._session = session
        self._stamp = stamp
        self._tenant = tenant
        self._sets = sets

    def statement(self, number: int) -> Statement:
        """A statement by id; KeyUnknownError."""
        with self._session.read(self._tenant) as work:
            tenant, head = self._row(work)
            row = work.one("SELECT body FROM statement WHERE tenant = ? AND id = ?", tenant, number)
            if row is None:
                raise KeyUnknownError(text=str(number), revision=head)
            return decode(row[0])

    def about(self, key: str) -> dict[int, Statement]:
        """Every statement ever made whose subject is this key, by id."""
        about = self._stamp.name("key", identify(key).key)
        with self._session.read(self._tenant) as work:
            tenant, _ = self._row(work)
            rows = work.rows(
                "SELECT id, body FROM statement WHERE tenant = ? AND subject = ? ORDER BY id",
                tenant, about,
            )  # fmt: skip
        return {row[0]: decode(row[1]) for row in rows}

    def slot(self, stream: str, slot: str) -> tuple[Kept, ...]:
        """The submissions of a slot, oldest first."""
        number = self._stamp.name("slot", f"{stream}\0{slot}")
        with self._session.read(self._tenant) as work:
            tenant, _ = self._row(work)
            query = _KEPT + " WHERE u.tenant = ? AND u.slot = ? ORDER BY u.revision"
            return tuple(_kept(row) for row in work.rows(query, tenant, number))

    def slots(self, stream: str, head: str) -> tuple[str, ...]:
        """The slots of a stream that hold something and whose text begins so, in order."""
        with self._session.read(self._tenant) as work:
            tenant, _ = self._row(work)
            rows = work.rows(
                "SELECT s.text FROM slot s WHERE s.tenant = ? AND s.stream = ? AND EXISTS"
                " (SELECT 1 FROM holding h WHERE h.tenant = s.tenant AND h.slot = s.id"
                " AND h.to_revision IS NULL)",
                tenant, self._stamp.name("stream", stream),
            )  # fmt: skip
        return tuple(sorted(row[0] for row in rows if row[0].startswith(head)))

    def dropped(self, stream: str, slot: str) -> str | None:
        """When a slot that now holds nothing was said to be gone; None for any other."""
        number = self._stamp.name("slot", f"{stream}\0{slot}")
        with self._session.read(self._tenant) as work:
            tenant, _ = self._row(work)
            row = work.one(
                "SELECT s.said, u.receipt FROM slot s JOIN submission u ON u.tenant = s.tenant"
                " AND u.revision = s.newest WHERE s.tenant = ? AND s.id = ?",
                tenant, number,
            )  # fmt: skip
        return str(row[0]) if row and row[0] and says_nothing(row[1]) else None

    def newest(self, *, streams: str = "") -> tuple[Kept, ...]:
        """The newest submission of every slot, in the order of their revisions.

        ``streams`` takes only streams whose names begin so.
        """
        with self._session.read(self._tenant) as work:
            tenant, _ = self._row(work)
            query = (
                f"{_KEPT} WHERE u.tenant = ? AND u.revision = s.newest"
                " AND substr(t.name, 1, ?) = ? ORDER BY u.revision"
            )
            return tuple(_kept(row) for row in work.rows(query, tenant, len(streams), streams))

    def submission(self, revision: int) -> Kept:
        """The submission of a revision; KeyUnknownError."""
        with self._session.read(self._tenant) as work:
            tenant, head = self._row(work)
            row = work.one(_KEPT + " WHERE u.tenant = ? AND u.revision = ?", tenant, revision)
            if row is None:
                raise KeyUnknownError(text=f"revision {revision}", revision=head)
            return _kept(row)

    def held(self, stream: str, slot: str) -> tuple[Held, ...]:
        """Every claim of a slot with its interval, oldest first."""
        number = self._stamp.name("slot", f"{stream}\0{slot}")
        with self._session.read(self._tenant) as work:
            tenant, _ = self._row(work)
            rows = work.rows(
                "SELECT h.assembly, a.key, h.from_revision, h.to_revision, h.claim_set"
                " FROM holding h LEFT JOIN assembly a ON a.tenant = h.tenant AND a.id = h.assembly"
                " WHERE h.tenant = ? AND h.slot = ? ORDER BY h.from_revision, h.assembly",
                tenant, number,
            )  # fmt: skip
            arrays = self._sets.read(work, tenant, {bytes(row[4]) for row in rows})
            ids = {n for array in arrays.values() for n in array.tolist()}
            bodies: dict[int, bytes] = dict(
                work.among_ids(
                    "SELECT id, body FROM statement WHERE tenant = ? AND id IN (*)",
                    sorted(ids), tenant,
                )
            )  # fmt: skip
        return tuple(
            Held(
                id=n, statement=decode(bodies[n]), stream=stream, slot=slot,
                assembly=Key(row[1]) if row[0] else None, from_revision=row[2],
                to_revision=row[3],
            )
            for row in rows
            for n in arrays[bytes(row[4])].tolist()
        )  # fmt: skip

    def _row(self, work: Work) -> tuple[int, int]:
        row = work.one("SELECT id, head FROM tenant WHERE name = ?", self._tenant)
        return (row[0], row[1]) if row else (0, 0)


def _kept(row: Row) -> Kept:
    return Kept(
        id=row[0], revision=row[1], digest=f"sha256:{bytes(row[2]).hex()}", stream=row[3],
        slot=row[4], subject=Key(row[5]), name=row[6], given=Key(row[7]) if row[7] else None,
        part=row[8], principal=row[9], client=row[10], branch=row[11], default=_flag(row[12]),
        latest=_flag(row[13]), commit=row[14], job=row[15], namespace=row[16],
        lenient=bool(row[17]), reader=row[18], reader_version=row[19], precedence=row[20],
        seen=row[21], last_seen=moment(row[22]),
        closed=not row[24] and not says_nothing(row[23]),
    )  # fmt: skip


def _flag(value: int | None) -> bool | None:
    return None if value is None else bool(value)
