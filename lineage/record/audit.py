"""The audit trail: who asked or changed what, and how it ended. Rows are added, never changed."""

from __future__ import annotations

import secrets
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lineage.record.append import tenant_number
from lineage.record.receipt import moment
from lineage.record.session import Row, Session, Work

_LONGEST = 500
_PAGE = 1000
_COLUMNS = "at, id, who, token, client, operation, about, cost, result, revision"


def _micros() -> int:
    return time.time_ns() // 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that somebody did.

    ``operation`` is an address with its method, the operations of a GraphQL document, or a
    command; ``about`` what it was about (a field, a stream, a token's id). ``cost`` is the
    question's (None where nothing was counted), ``result`` ok or an error's code, ``revision``
    the one that was answered from or made. ``micros`` is when, since 1970 (UTC).
    """

    tenant: str
    who: str
    operation: str
    result: str = "ok"
    token: str | None = None
    client: str = ""
    about: str = ""
    cost: int | None = None
    revision: int | None = None
    micros: int = field(default_factory=_micros)
    id: str = field(default_factory=lambda: secrets.token_hex(6))

    @property
    def at(self) -> datetime:
        """When it was."""
        return moment(self.micros)


@dataclass(slots=True, kw_only=True, eq=False)
class Deed:
    """What somebody does, for the row of the trail that is written with what it writes.

    ``about`` is what it is about where that is not what it writes to ("").

    ``noted`` says that a row is there, or will be with what was accepted: whoever notes requests
    need not do it again.
    """

    who: str
    operation: str
    token: str | None = None
    client: str = ""
    cost: int | None = None
    about: str = ""
    noted: bool = False

    def told(self) -> dict[str, Any]:
        """What has to be kept of it, as plain values; ``deed_of`` makes the same one again."""
        names = ("who", "operation", "token", "client", "cost", "about")
        return {name: getattr(self, name) for name in names}

    def entry(
        self, tenant: str, *, about: str = "", result: str = "ok", revision: int | None = None
    ) -> Entry:
        """Its row."""
        told = self.told() | {"about": self.about or about}
        return Entry(tenant=tenant, result=result, revision=revision, **told)


def deed_of(told: Mapping[str, Any] | None) -> Deed | None:
    """The deed that was kept, None where none was."""
    return None if told is None else Deed(**told)


def note(work: Work, entry: Entry | None) -> None:
    """Write a row in the transaction of what it is about: both are there, or neither is."""
    if entry is not None:
        work.setting("lineage.tenant", entry.tenant)
        work.run(
            f"INSERT INTO audit (tenant, {_COLUMNS})"  # noqa: S608
            " VALUES ((SELECT id FROM tenant WHERE name = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            entry.tenant, *_row(entry),
        )  # fmt: skip


class Trail:
    """The audit trail of one database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, entries: Iterable[Entry]) -> None:
        """Write entries, each tenant's in one transaction."""
        by_tenant: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            by_tenant[entry.tenant].append(entry)
        for tenant, mine in by_tenant.items():

            def step(work: Work, tenant: str = tenant, mine: list[Entry] = mine) -> None:
                number = tenant_number(work, tenant)
                work.many(
                    f"INSERT INTO audit (tenant, {_COLUMNS})"  # noqa: S608
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [(number, *_row(entry)) for entry in sorted(mine, key=_place)],
                )

            self._session.write(step, tenant)

    def read(self, tenant: str, *, since: datetime | None = None) -> Iterator[Entry]:
        """The tenant's entries, oldest first, from a time on; read in pages as they are taken."""
        at, id_ = (0 if since is None else int(since.timestamp() * 1_000_000)), ""
        while True:
            with self._session.read(tenant) as work:
                rows = work.rows(
                    f"SELECT {_COLUMNS} FROM audit"  # noqa: S608
                    " WHERE tenant = (SELECT id FROM tenant WHERE name = ?)"
                    " AND (at > ? OR (at = ? AND id > ?)) ORDER BY at, id LIMIT ?",
                    tenant, at, at, id_, _PAGE,
                )  # fmt: skip
            for row in rows:
                yield _entry(tenant, row)
            if len(rows) < _PAGE:
                return
            at, id_ = rows[-1][0], rows[-1][1]


def _place(entry: Entry) -> tuple[int, str]:
    return entry.micros, entry.id


def _row(entry: Entry) -> tuple[object, ...]:
    return (
        entry.micros, entry.id, _clean(entry.who), entry.token, _clean(entry.client),
        _clean(entry.operation), _clean(entry.about), entry.cost, entry.result, entry.revision,
    )  # fmt: skip


def _clean(text: str) -> str:
    """Text of a bounded length that both databases can hold."""
    plain = text[:_LONGEST].replace("\0", "\ufffd")
    return plain.encode("utf-8", "replace").decode()


def _entry(tenant: str, row: Row) -> Entry:
    return Entry(
        tenant=tenant, micros=row[0], id=row[1], who=row[2], token=row[3], client=row[4],
        operation=row[5], about=row[6], cost=row[7], result=row[8], revision=row[9],
    )  # fmt: skip
