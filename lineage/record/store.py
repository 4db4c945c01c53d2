"""The record: the one door to the database."""

from __future__ import annotations

from collections.abc import Collection
from copy import copy
from datetime import UTC, datetime
from threading import Lock
from typing import Self

from sqlalchemy.exc import DBAPIError

from lineage.errors import (
    KeyUnknownError,
    RecordDamagedError,
    RevisionUnknownError,
    RightMissingError,
    SettingInvalidError,
)
from lineage.model.claim import Statement
from lineage.model.document import Receipt
from lineage.model.identity import Key
from lineage.model.revision import Revision
from lineage.record import lookup, schema
from lineage.record.append import Append, tenant_number
from lineage.record.audit import Deed, note
from lineage.record.digest import NO_CHAIN, Stamp
from lineage.record.document import Documents
from lineage.record.follower import Bell
from lineage.record.history import History
from lineage.record.living import LivingReader
from lineage.record.past import RecordPast
from lineage.record.prepared import prepare
from lineage.record.receipt import moment, read_receipt, read_receipts
from lineage.record.session import Row, Session, Work
from lineage.record.sets import ClaimSets
from lineage.record.snapshot import Snapshot
from lineage.record.snapshots import Packs, merged
from lineage.record.stream import PUBLIC_TENANT, StreamOptions, checked_stream, permit
from lineage.record.submission import Submission

_KNOWN_LIMIT = 300_000  # about 75 MB


class Record:
    """An open record. Safe to share between threads; ``close`` it, or use it in ``with``."""

    def __init__(self, session: Session) -> None:
        """Use ``Record.open``."""
        self.session = session
        with session.read() as work:
            rows: dict[str, bytes] = dict(work.rows("SELECT name, value FROM installation"))
        if "secret" not in rows:
            raise RecordDamagedError(reason="the secret of the installation is gone")
        self._secret = bytes(rows["secret"])
        self.namespace = bytes(rows.get("namespace", b"local")).decode()
        self._sets = ClaimSets()
        self._documents = Documents()
        self._living = LivingReader(self._sets)
        self._packs = Packs()
        self._stamps: dict[str, Stamp] = {}
        self._known: dict[str, dict[bytes, int]] = {}
        self._lock = Lock()
        self.bell = Bell()
        self._writer: tuple[str, tuple[str, ...] | None] | None = None
        self._deed: Deed | None = None

    @classmethod
    def open(cls, url: str, *, create: bool = False, namespace: str = "local") -> Self:
        """Open ``sqlite:///FILE`` or ``postgresql://...``.

        With ``create`` an empty database gets its schema and ``namespace``, and an old SQLite
        file is upgraded after a backup. Raises SchemaOldError (which names the command) for any
        other database without the schema needed, SchemaUnknownError for a later one,
        SettingInvalidError for a URL of another kind or what cannot be reached or is no database.
        """
        session = Session(url)
        try:
            if create and (schema.current(session) == "none" or not session.postgresql):
                schema.upgrade(session, namespace=namespace)
            schema.require(session)
            return cls(session)
        except DBAPIError as error:
            session.close()
            reason = str(error.orig).strip().partition("\n")[0]
            raise SettingInvalidError(name="db", reason=reason) from error
        except BaseException:
            session.close()
            raise

    def close(self) -> None:
        """Give all connections back."""
        self.session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def limited(self, who: str, streams: tuple[str, ...] | None) -> Self:
        """The same record for somebody who may write to streams of these patterns only.

        () permits all streams, None no writing at all: ``append`` and ``set_stream`` raise
        StreamForbiddenError or RightMissingError then. Closing it closes the record.
        """
        limited = copy(self)
        limited._writer = (who, streams)  # noqa: SLF001 - a copy of this object
        return limited

    def through(self, deed: Deed | None) -> Self:
        """The same record, for writing what a deed writes: its rows of the trail go with it.

        Closing it closes the record.
        """
        noting = copy(self)
        noting._deed = deed  # noqa: SLF001 - a copy of this object
        return noting

    def append(self, sent: Submission) -> Receipt:
        """Append one document in one transaction: all of it, or nothing.

        The receipt says ``unchanged`` where the slot's newest submission had the same bytes,
        branch, default and mark. Raises RecordDamagedError where an id would get two meanings.
        """
        self.permit(sent.stream)
        stamp = self.stamp(sent.tenant)
        known = self._known.setdefault(sent.tenant, {})
        rows = prepare(sent.claims, stamp, known)
        append, deed = Append(stamp, self._sets, self._documents), self._deed

        def step(work: Work) -> Receipt:
            receipt = append(work, sent.tenant, sent, rows)
            if deed is not None:
                note(work, deed.entry(sent.tenant, about=sent.stream, revision=receipt.revision))
            return receipt

        receipt = self.session.write(step, sent.tenant)
        if deed is not None:
            deed.noted = True
        if not receipt.unchanged:  # only what a finished transaction wrote is known
            with self._lock:
                if len(known) > _KNOWN_LIMIT:
                    known.clear()
                known.update((row[4], row[0]) for row in rows.statements)
            self.bell.ring()
        return receipt

    def head(self, tenant: str = "default") -> Revision:
        """The newest revision; number 0 where nothing was ever appended."""
        with self.session.read(tenant) as work:
            row = work.one("SELECT head, chain, at FROM tenant WHERE name = ?", tenant)
        return _revision(row)

    def revision(self, number: int, tenant: str = "default") -> Revision:
        """A revision by number (0: before the first); RevisionUnknownError."""
        with self.session.read(tenant) as work:
            return _at(work, _number(work, tenant), number)

    def revisions(
        self, tenant: str = "default", *, after: int = 0, limit: int = 1000
    ) -> tuple[Revision, ...]:
        """Revisions above ``after``, oldest first."""
        with self.session.read(tenant) as work:
            rows = work.rows(
                "SELECT number, chain, at FROM revision WHERE tenant = ? AND number > ?"
                " ORDER BY number LIMIT ?",
                _number(work, tenant), after, limit,
            )  # fmt: skip
        return tuple(_revision(row) for row in rows)

    def revision_at(self, time: datetime, tenant: str = "default") -> Revision:
        """The newest revision at or before a time (naive: UTC); number 0 before the first."""
        aware = time if time.tzinfo else time.replace(tzinfo=UTC)
        with self.session.read(tenant) as work:
            return _newest_before(work, _number(work, tenant), _micros(aware) + 1)

    def snapshot(self, tenant: str = "default", revision: int | None = None) -> Snapshot:
        """Everything alive at a revision (None: the newest), public streams included.

        The public pack is the newest one there was when the revision ended (a later revision
        came): so the newest revision sees the newest pack, and a past answer never changes.
        Holdings, arrays and statements are shared between snapshots. Raises RevisionUnknownError.
        """
        with self.session.read(tenant) as work:
            number = _number(work, tenant)
            head = _revision(work.one("SELECT head, chain, at FROM tenant WHERE id = ?", number))
            at = head if revision is None else _at(work, number, revision)
            mine = self._living.read(work, number, at.number)
            bodies = (self._living.bodies(number),)
            if tenant == PUBLIC_TENANT:
                return merged(tenant, at, mine, None, bodies)
            public = _number(work, PUBLIC_TENANT)
            if at.number == head.number:
                row = work.one("SELECT head, chain, at FROM tenant WHERE id = ?", public)
                pack = _revision(row)
            else:
                after = _at(work, number, at.number + 1)
                pack = _newest_before(work, public, _micros(after.at))
            packed = self._packs.shown(self._living.read(work, public, pack.number))
            return merged(tenant, at, mine, packed, (*bodies, self._living.bodies(public)))

    def receipt(self, id: str, tenant: str = "default") -> Receipt:  # noqa: A002
        """The receipt of a submission, as it was first given; KeyUnknownError."""
        with self.session.read(tenant) as work:
            number = _number(work, tenant)
            row = work.one(
                "SELECT revision FROM submission WHERE tenant = ? AND id = ?", number, id
            )
            if row is None:
                raise KeyUnknownError(text=id, revision=self._head_number(work, number))
            return read_receipt(work, number, tenant, row[0], unchanged=False)

    def receipts(self, revisions: Collection[int], tenant: str = "default") -> tuple[Receipt, ...]:
        """The receipts at these revisions, as they were first given, oldest first."""
        with self.session.read(tenant) as work:
            return read_receipts(work, _number(work, tenant), tenant, revisions)

    def document(self, digest: str, tenant: str = "default") -> bytes:
        """A document byte for byte, by the digest on its receipt; KeyUnknownError."""
        with self.session.read(tenant) as work:
            number = _number(work, tenant)
            try:
                raw = bytes.fromhex(digest.removeprefix("sha256:"))
            except ValueError:
                raw = b""
            content = self._documents.read(work, number, raw)
            if content is None:
                raise KeyUnknownError(text=digest, revision=self._head_number(work, number))
            return content

    def resolve(self, text: str, tenant: str = "default") -> tuple[lookup.Match, ...]:
        """What a key, purl, name or alias may mean, public pack included; () for nothing known."""
        found: dict[Key, lookup.Match] = {}
        with self.session.read(tenant) as work:
            for name in dict.fromkeys((tenant, PUBLIC_TENANT)):
                stamp = self.stamp(name)
                for match in lookup.resolve(work, _number(work, name), stamp, text):
                    found.setdefault(match.key, match)
        exact = [match for match in found.values() if match.how in ("key", "family")]
        return tuple(exact[:1]) or tuple(sorted(found.values(), key=lambda match: match.key))

    def search(
        self, text: str, tenant: str = "default", *, limit: int = 50
    ) -> tuple[lookup.Match, ...]:
        """Families whose name, key or alias contains the text, public pack included."""
        found: dict[Key, lookup.Match] = {}
        with self.session.read(tenant) as work:
            for name in dict.fromkeys((tenant, PUBLIC_TENANT)):
                for match in lookup.search(work, _number(work, name), text, limit):
                    found.setdefault(match.key, match)
        return tuple(found.values())[:limit]

    def history(self, tenant: str = "default") -> History:
        """Reads single claims, streams and submissions of a tenant, past ones included."""
        return History(self.session, self.stamp(tenant), tenant, self._sets)

    def past(self) -> RecordPast:
        """Reads lists of what came in, single claims and what revisions did, of any tenant."""
        return RecordPast(self.session, self._sets, self.stamp)

    def stream_options(self, name: str, tenant: str = "default") -> StreamOptions:
        """What the stream was told; nothing for one that is not there yet."""
        with self.session.read(tenant) as work:
            row = work.one(
                "SELECT namespace, lenient, retired FROM stream WHERE tenant = ? AND name = ?",
                _number(work, tenant), name,
            )  # fmt: skip
        if row is None:
            return StreamOptions()
        lenient = None if row[1] is None else bool(row[1])
        return StreamOptions(namespace=row[0], lenient=lenient, retired=bool(row[2]))

    def set_stream(self, name: str, options: StreamOptions, tenant: str = "default") -> None:
        """Tell a stream its options; it is made where it is new. StreamInvalidError."""
        checked_stream(name)
        self.permit(name)
        number_of = self.stamp(tenant).name("stream", name)
        lenient = None if options.lenient is None else int(options.lenient)
        deed = self._deed

        def step(work: Work) -> None:
            work.run(
                "INSERT INTO stream (tenant, id, name, namespace, lenient, retired)"
                " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, id) DO UPDATE SET"
                " namespace = excluded.namespace, lenient = excluded.lenient,"
                " retired = excluded.retired",
                tenant_number(work, tenant), number_of, name, options.namespace, lenient,
                int(options.retired),
            )  # fmt: skip
            if deed is not None:
                note(work, deed.entry(tenant, about=name))

        self.session.write(step, tenant)
        if deed is not None:
            deed.noted = True

    def statement(self, number: int, tenant: str = "default") -> Statement:
        """A statement by id; KeyUnknownError."""
        return self.history(tenant).statement(number)

    def stamp(self, tenant: str) -> Stamp:
        """The keyed digests of a tenant."""
        stamp = self._stamps.get(tenant)
        if stamp is None:
            stamp = self._stamps.setdefault(tenant, Stamp(self._secret, tenant))
        return stamp

    def permit(self, stream: str) -> None:
        """RightMissingError or StreamForbiddenError where this record may not write there."""
        if self._writer is None:
            return
        who, streams = self._writer
        if streams is None:
            raise RightMissingError(right="ingest", who=who)
        permit(stream, streams)

    @staticmethod
    def _head_number(work: Work, tenant: int) -> int:
        row = work.one("SELECT head FROM tenant WHERE id = ?", tenant)
        return row[0] if row else 0


def _number(work: Work, tenant: str) -> int:
    row = work.one("SELECT id FROM tenant WHERE name = ?", tenant)
    return row[0] if row else 0  # no tenant has the number 0: nothing is found


def _at(work: Work, tenant: int, number: int) -> Revision:
    if number == 0:
        return _revision(None)
    row = work.one(
        "SELECT number, chain, at FROM revision WHERE tenant = ? AND number = ?", tenant, number
    )
    if row is None:
        newest = work.one("SELECT head FROM tenant WHERE id = ?", tenant)
        raise RevisionUnknownError(wanted=number, newest=newest[0] if newest else 0)
    return _revision(row)


def _newest_before(work: Work, tenant: int, time: int) -> Revision:
    return _revision(
        work.one(
            "SELECT number, chain, at FROM revision WHERE tenant = ? AND at < ?"
            " ORDER BY at DESC, number DESC LIMIT 1",
            tenant, time,
        )
    )  # fmt: skip


def _revision(row: Row | None) -> Revision:
    number, chain, at = row or (0, NO_CHAIN, 0)
    return Revision(number=number, chain=bytes(chain).hex(), at=moment(at))


def _micros(time: datetime) -> int:
    since = time - datetime.fromtimestamp(0, UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
