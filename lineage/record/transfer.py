"""A whole record into another database, in one transaction: all of it, or nothing.

What is copied are rows, as they are: revisions, receipts, documents, chain, tokens, the trail, and
the secret that ids and cursors are made with. So nothing that was ever told becomes wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

import sqlalchemy as sa

from lineage.errors import CopyRefusedError
from lineage.record import schema
from lineage.record.session import Row, Session, Work, drivers
from lineage.record.tables import METADATA

_SIZE = 16
# Made with the database itself: a target that has only these is empty.
_BORN = ("installation",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """What a table holds: how many rows, and a digest that their order does not change."""

    rows: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What was copied, by table; ``later`` are revisions that came to the source meanwhile."""

    tables: dict[str, Print]
    later: int


def copy(
    source: Session, target: Session, told: Callable[[str, int], None] = lambda _name, _rows: None
) -> Copied:
    """Copy every table of one state of the source; the target is made where it is new.

    ``told`` hears of each table before and after its rows go over. Raises CopyRefusedError for a
    target that holds anything, or where what arrived is not what was sent (nothing is kept then);
    SchemaOldError for a source of an old schema.
    """
    if source.url == target.url:
        raise CopyRefusedError(reason="the source and the target are one database")
    schema.require(source)
    failures: tuple[type[Exception], ...] = (sa.exc.DBAPIError, *drivers())
    try:
        schema.upgrade(target)
        with source.read() as old:
            found = target.write(lambda new: _all(old, new, told), attempts=1)
            head = _heads(old)
    except failures as error:
        reason = str(getattr(error, "orig", error)).strip().partition("\n")[0]
        raise CopyRefusedError(reason=f"the database says: {reason}") from error
    with source.read() as old:
        return Copied(tables=found, later=_heads(old) - head)


def prints(session: Session) -> dict[str, Print]:
    """What every table holds."""
    with session.read() as work:
        return {table.name: _print(work, table) for table in METADATA.sorted_tables}


def _all(old: Work, new: Work, told: Callable[[str, int], None]) -> dict[str, Print]:
    _require_empty(new)
    new.defer_references()
    found: dict[str, Print] = {}
    for table in METADATA.sorted_tables:
        told(table.name, 0)
        if table.name in _BORN:
            new.run(f"DELETE FROM {table.name}")  # noqa: S608 - a name of our own
        sent = _Counted(old.stream(_select(table)))
        new.load(table.name, _names(table), sent)
        found[table.name] = sent.print()
        arrived = _print(new, table)
        if arrived != found[table.name]:
            reason = f"of table {table.name} {arrived.rows} of {sent.count} rows arrived as sent"
            raise CopyRefusedError(reason=reason)
        told(table.name, sent.count)
    return found


def _require_empty(work: Work) -> None:
    for table in METADATA.sorted_tables:
        if table.name not in _BORN and work.one(f"SELECT 1 FROM {table.name} LIMIT 1"):  # noqa: S608
            row = work.one("SELECT coalesce(sum(head), 0) FROM tenant")
            reason = f"the target is not empty ({row[0] if row else 0} revisions)"
            raise CopyRefusedError(reason=reason)


def _heads(work: Work) -> int:
    row = work.one("SELECT coalesce(sum(head), 0) FROM tenant")
    return int(row[0]) if row else 0


def _names(table: sa.Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


def _select(table: sa.Table) -> str:
    names = ", ".join(f'"{name}"' for name in _names(table))
    return f"SELECT {names} FROM {table.name}"  # noqa: S608 - names of our own


def _print(work: Work, table: sa.Table) -> Print:
    rows = _Counted(work.stream(_select(table)))
    for _ in rows:
        pass
    return rows.print()


class _Counted:
    """Rows on their way, counted and added up."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self._sum = 0
        self.count = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            plain = tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)
            digest = blake2b(repr(plain).encode("utf-8", "surrogatepass"), digest_size=_SIZE)
            self._sum = (self._sum + int.from_bytes(digest.digest())) % (1 << 8 * _SIZE)
            self.count += 1
            yield plain

    def print(self) -> Print:
        """What went by."""
        return Print(rows=self.count, digest=self._sum.to_bytes(_SIZE).hex())
