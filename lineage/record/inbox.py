"""The inbox: what was accepted and is not yet recorded, kept until it is.

A *lane* is a stream of a tenant: its items are worked off in the order in which they were
accepted, one at a time. An item that waits to be tried again holds its lane, so that two documents
of one slot never change places; one that failed for good frees it. Several processes share the
work (``SKIP LOCKED`` on PostgreSQL; SQLite has one writer anyway). A worker that dies loses its
lease, and the item is worked off again, which is no news where it had come through.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson
import zstandard

from lineage.errors import (
    InboxStateError,
    KeyReusedError,
    KeyRunningError,
    KeyUnknownError,
)
from lineage.record.append import tenant_number
from lineage.record.arrival import (
    AWAY,
    BULK,
    DEED,
    INTERACTIVE,
    NO_NEWS,
    Accepted,
    Arrival,
    Item,
    Place,
)
from lineage.record.audit import Entry, note
from lineage.record.digest import content_digest
from lineage.record.receipt import moment
from lineage.record.room import Room
from lineage.record.session import Row, Session, Work
from lineage.record.uuid7 import uuid7

LEASE = 30.0
"""Seconds after which an item whose worker was not heard of is given to another one."""
OPEN = ("waiting", "working")
STATES = (*OPEN, "done", "failed", "dropped")
_BACK_OFF = (1, 2, 5, 10, 30, 60, 120, 300)
_COLUMNS = (
    "tenant, tenant_name, id, lane, kind, state, bulk, accepted, due, attempts, told, size,"
    " result, code, error, revision, finished"
)


class Inbox:
    """The inbox of one database. Every method is one transaction."""

    def __init__(self, session: Session, *, rows: int = 10_000, octets: int = 2 << 30) -> None:
        self._session = session
        self._room = Room(rows=rows, octets=octets)

    def accept(self, arrival: Arrival) -> Accepted:
        """Keep an arrival; when this returns it is on disk.

        An arrival under a known key is not kept again; see ``Arrival.renews`` for keys of another
        kind. Raises InboxFullError, KeyReusedError (the key came with other content),
        KeyRunningError (it is still being worked off).
        """
        number = uuid7()
        body = zstandard.compress(arrival.content, 3)
        whose = {} if arrival.deed is None else {DEED: arrival.deed.told()}
        told = orjson.dumps({**arrival.told, **whose}, option=orjson.OPT_SORT_KEYS).decode()

        def step(work: Work) -> Accepted:
            tenant = tenant_number(work, arrival.tenant)
            known = None if arrival.key is None else self._known(work, tenant, arrival)
            if known is not None and known.again:
                return known
            _everybody(work)
            self._room.require(work, len(body))
            last = work.one(
                "SELECT max(position) FROM inbox WHERE tenant = ? AND lane = ?",
                tenant, arrival.lane,
            )  # fmt: skip
            now = _now()
            if known is not None:
                work.run(
                    "UPDATE inbox SET state = 'waiting', position = ?, accepted = ?, due = ?,"
                    " attempts = 0, body = ?, told = ?, result = NULL, code = NULL,"
                    " revision = NULL, finished = NULL WHERE tenant = ? AND id = ?",
                    (last[0] if last else 0) + 1, now, now, body, told, tenant, known.place.id,
                )  # fmt: skip
                return Accepted(place=_found(work, arrival.tenant, known.place.id))
            work.run(
                "INSERT INTO inbox (tenant, id, tenant_name, lane, position, kind, state, bulk,"
                " accepted, due, attempts, told, size, digest, body, idempotency_key, fingerprint)"
                " VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?, ?, ?, 0, ?, ?, ?, ?, ?, ?)",
                tenant, number, arrival.tenant, arrival.lane,
                (last[0] if last and last[0] is not None else 0) + 1, arrival.kind,
                arrival.pace, now, now, told, len(arrival.content),
                content_digest(arrival.content), body, arrival.key, arrival.fingerprint or None,
            )  # fmt: skip
            return Accepted(place=_found(work, arrival.tenant, number))

        accepted = self._session.write(step, arrival.tenant)
        if arrival.deed is not None and not accepted.again:
            arrival.deed.noted = True  # with what comes of it, which is as certain as the item
        return accepted

    def take(
        self, worker: str, *, interactive: bool = False, away: bool = False
    ) -> Item | None:  # fmt: skip
        """The next item for a worker, None where nothing may be worked off now.

        With ``interactive`` bulk items are left to others, so that there is always one hand free;
        items that ask other machines are for those that take ``away`` items, and nothing else.
        """
        paces = (AWAY,) if away else (INTERACTIVE,) if interactive else (INTERACTIVE, BULK)
        skip = " FOR UPDATE OF i SKIP LOCKED" if self._session.postgresql else ""
        # In the order of the index of what waits: the first that nothing of its lane precedes.
        query = (
            "SELECT i.tenant, i.id FROM inbox i WHERE i.state = 'waiting' AND i.due <= ?"  # noqa: S608
            " AND i.bulk = ? AND NOT EXISTS (SELECT 1 FROM inbox e WHERE e.tenant = i.tenant"
            " AND e.lane = i.lane AND (e.position, e.id) < (i.position, i.id)"
            " AND e.state IN ('waiting', 'working'))"
            f" ORDER BY i.due LIMIT 1{skip}"
        )

        def step(work: Work) -> Item | None:
            _everybody(work)
            now = _now()
            looks = (work.one(query, now, pace) for pace in paces)
            row = next((found for found in looks if found is not None), None)
            if row is None:
                return None
            taken = work.run(
                "UPDATE inbox SET state = 'working', worker = ?, lease = ?,"
                " attempts = attempts + 1 WHERE tenant = ? AND id = ? AND state = 'waiting'",
                worker, _now() + _micro(LEASE), *row,
            )  # fmt: skip
            if not taken:
                return None
            found = work.one(
                f"SELECT {_COLUMNS}, body FROM inbox WHERE tenant = ? AND id = ?",  # noqa: S608
                *row,
            )
            if found is None:
                return None
            content = zstandard.ZstdDecompressor().decompress(
                bytes(found[-1]), max_output_size=max(1, found[11])
            )
            return Item(place=_place(found), content=content, worker=worker)

        if not self._waits(paces):  # a look that locks nothing: most looks find nothing
            return None
        return self._session.write(step)

    def renew(self, item: Item) -> bool:
        """Hold on to an item for longer; False where another worker has it by now."""

        def step(work: Work) -> bool:
            return bool(
                self._update(work, item, "lease = ?", _now() + _micro(LEASE)),
            )

        return self._session.write(step)

    def done(
        self, item: Item, *, result: str | None = None, revision: int | None = None,
        unchanged: bool = False, code: str | None = None, entry: Entry | None = None,
    ) -> None:  # fmt: skip
        """It is recorded (or there was nothing to record): its bytes are needed no longer.

        ``code`` says in a word what came of it, where that is no receipt; ``entry`` is a row for
        the trail.
        """

        def step(work: Work) -> None:
            settled = self._update(
                work, item,
                "state = 'done', result = ?, revision = ?, finished = ?, body = NULL,"
                " code = ?, error = NULL, worker = NULL, lease = NULL",
                result, revision, _now(), NO_NEWS if unchanged else code,
            )  # fmt: skip
            note(work, entry if settled else None)

        self._session.write(step)

    def failed(
        self, item: Item, *, code: str, error: str, entry: Entry | None = None
    ) -> None:  # fmt: skip
        """It will never be recorded as it is; the lane goes on. The bytes stay for ``retry``."""

        def step(work: Work) -> None:
            settled = self._update(
                work, item,
                "state = 'failed', code = ?, error = ?, finished = ?, worker = NULL, lease = NULL",
                code, error, _now(),
            )  # fmt: skip
            note(work, entry if settled else None)

        self._session.write(step)

    def later(self, item: Item, *, code: str, error: str, least: float = 0.0) -> float:
        """It could not be recorded now: try again later, and hold the lane; the seconds until.

        ``least`` are seconds before which it would be in vain.
        """
        seconds = max(least, float(_BACK_OFF[min(item.place.attempts, len(_BACK_OFF)) - 1]))

        def step(work: Work) -> None:
            self._update(
                work, item,
                "state = 'waiting', due = ?, code = ?, error = ?, worker = NULL, lease = NULL",
                _now() + _micro(seconds), code, error,
            )  # fmt: skip

        self._session.write(step)
        return seconds

    def recover(self, is_gone: Callable[[str], bool] = lambda _: False) -> int:
        """Give items back whose lease has run out, or whose worker is gone; how many."""

        def step(work: Work) -> int:
            _everybody(work)
            held = work.rows(
                "SELECT tenant, id, worker, lease FROM inbox WHERE state = 'working'"
            )  # fmt: skip
            now = _now()
            freed = 0
            for tenant, number, worker, lease in held:
                if lease < now or is_gone(worker):
                    freed += work.run(
                        "UPDATE inbox SET state = 'waiting', worker = NULL, lease = NULL, due = ?"
                        " WHERE tenant = ? AND id = ? AND state = 'working' AND worker = ?",
                        now, tenant, number, worker,
                    )  # fmt: skip
            return freed

        return self._session.write(step)

    def place(self, number: str, tenant: str) -> Place:
        """An item of a tenant; KeyUnknownError."""
        with self._session.read(tenant) as work:
            return _found(work, tenant, number)

    def places(
        self, tenant: str, *, states: tuple[str, ...] = STATES, lane: str | None = None,
        lanes: str = "", limit: int = 100,
    ) -> tuple[Place, ...]:  # fmt: skip
        """Items of a tenant, those accepted last first.

        ``lane`` takes one lane only, ``lanes`` those whose names begin so.
        """
        marks = ", ".join("?" * len(states))
        own = " AND lane = ?" if lane is not None else ""
        with self._session.read(tenant) as work:
            rows = work.rows(
                f"SELECT {_COLUMNS} FROM inbox WHERE tenant_name = ? AND state IN ({marks})"  # noqa: S608
                f" AND substr(lane, 1, ?) = ?{own} ORDER BY accepted DESC, id DESC LIMIT ?",
                tenant, *states, len(lanes), lanes, *(() if lane is None else (lane,)), limit,
            )  # fmt: skip
        return tuple(_place(row) for row in rows)

    def counts(self, tenant: str | None = None) -> dict[str, int]:
        """How many items there are in each state."""
        with self._session.read(tenant or "") as work:
            _everybody(work)
            rows = work.rows("SELECT state, tenant_name, count(*) FROM inbox GROUP BY 1, 2")
        found = dict.fromkeys(STATES, 0)
        for state, name, count in rows:
            if tenant is None or name == tenant:
                found[state] += count
        return found

    def retry(self, number: str, tenant: str, *, entry: Entry | None = None) -> Place:
        """Try a failed or waiting item at once; KeyUnknownError, InboxStateError.

        ``entry`` is a row for the trail.
        """
        return self._turn(number, tenant, ("failed", "waiting"), "waiting", "tried again", entry)

    def drop(self, number: str, tenant: str, *, entry: Entry | None = None) -> Place:
        """Give an item up; its lane goes on. KeyUnknownError, InboxStateError."""
        return self._turn(number, tenant, ("failed", "waiting"), "dropped", "dropped", entry)

    def forget(self, *, before: datetime) -> int:
        """Remove what was finished before that time; how many items."""
        limit = int(before.timestamp() * 1_000_000)

        def step(work: Work) -> int:
            _everybody(work)
            return work.run(
                "DELETE FROM inbox WHERE state IN ('done', 'failed', 'dropped') AND finished < ?",
                limit,
            )

        return self._session.write(step)

    def _waits(self, paces: tuple[int, ...]) -> bool:
        marks = ", ".join("?" * len(paces))
        with self._session.read() as work:
            _everybody(work)
            query = (
                "SELECT 1 FROM inbox WHERE state = 'waiting' AND due <= ?"  # noqa: S608
                f" AND bulk IN ({marks}) LIMIT 1"
            )
            return work.one(query, _now(), *paces) is not None

    def _known(self, work: Work, tenant: int, arrival: Arrival) -> Accepted | None:
        row = work.one(
            "SELECT id, fingerprint, state FROM inbox WHERE tenant = ? AND idempotency_key = ?",
            tenant, arrival.key,
        )  # fmt: skip
        if row is None:
            return None
        same = bytes(row[1] or b"") == arrival.fingerprint
        if arrival.renews:
            if same and row[2] in (*OPEN, "done"):
                place = _found(work, arrival.tenant, row[0])
                return Accepted(place=place, again=row[2] in OPEN)
            work.run(
                "UPDATE inbox SET idempotency_key = NULL WHERE tenant = ? AND id = ?",
                tenant, row[0],
            )  # fmt: skip
            return None
        if not same:
            raise KeyReusedError(key=arrival.key)
        if row[2] in OPEN:
            raise KeyRunningError(key=arrival.key, id=row[0])
        return Accepted(place=_found(work, arrival.tenant, row[0]), again=True)

    def _update(self, work: Work, item: Item, change: str, *values: Any) -> int:
        _everybody(work)
        work.setting("lineage.tenant", item.place.tenant)  # or its number is not to be seen
        return work.run(
            f"UPDATE inbox SET {change} WHERE id = ? AND tenant = (SELECT id FROM tenant"  # noqa: S608
            " WHERE name = ?) AND state = 'working' AND worker = ?",
            *values, item.place.id, item.place.tenant, item.worker,
        )  # fmt: skip

    def _turn(
        self, number: str, tenant: str, among: tuple[str, ...], to: str, verb: str,
        entry: Entry | None,
    ) -> Place:  # fmt: skip
        def step(work: Work) -> Place:
            found = _found(work, tenant, number)
            if found.state not in among:
                raise InboxStateError(id=number, state=found.state, verb=verb)
            finished = "NULL" if to == "waiting" else str(_now())
            work.run(
                f"UPDATE inbox SET state = ?, due = ?, finished = {finished}"  # noqa: S608
                " WHERE tenant_name = ? AND id = ?",
                to, _now(), tenant, number,
            )  # fmt: skip
            note(work, entry)
            return _found(work, tenant, number)

        return self._session.write(step, tenant)


def _everybody(work: Work) -> None:
    """Work for every tenant: policies of the inbox let this through, those of claims do not."""
    work.setting("lineage.inbox", "on")


def _found(work: Work, tenant: str, number: str) -> Place:
    row = work.one(
        f"SELECT {_COLUMNS} FROM inbox WHERE tenant_name = ? AND id = ?",  # noqa: S608
        tenant, number,
    )  # fmt: skip
    if row is None:
        raise KeyUnknownError(text=f"inbox/{number}", revision=0)
    return _place(row)


def _place(row: Row) -> Place:
    return Place(
        id=row[2], tenant=row[1], lane=row[3], kind=row[4], state=row[5], bulk=bool(row[6]),
        accepted=moment(row[7]), due=moment(row[8]), attempts=row[9], told=orjson.loads(row[10]),
        size=row[11], result=row[12], code=row[13], error=row[14], revision=row[15],
        finished=None if row[16] is None else moment(row[16]),
    )  # fmt: skip


def _now() -> int:
    return time.time_ns() // 1000


def _micro(seconds: float) -> int:
    return int(seconds * 1_000_000)
