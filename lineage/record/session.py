"""Connections and transactions: two engines, one for reading and one for writing.

SQLite: SQLAlchemy's default transactions do not BEGIN before a SELECT and lose updates silently;
so the write engine is a pool of one whose transactions begin IMMEDIATE, and the read engine can
only read. PostgreSQL: reads see one snapshot; writes are tried again where the server says that
another session was in the way (deadlock, serialisation, unique key).
"""

from __future__ import annotations

import json
import random
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from lineage.errors import SettingInvalidError

T = TypeVar("T")
Row = tuple[Any, ...]
_BUSY_MS = 60_000
_ATTEMPTS = 10
_STREAMED = 5000
_STAGED = 300
_TRY_AGAIN = frozenset({"40P01", "40001", "23505"})
_SOME = "IN (*)"
_WRITTEN = "in a user or password : / @ % are written %3A %2F %40 %25"


class Work:
    """One transaction on the driver's own cursor; parameters are written ``?`` everywhere."""

    def __init__(self, cursor: Any, *, postgresql: bool) -> None:
        self.postgresql = postgresql
        self._cursor = cursor

    def rows(self, text: str, *values: Any) -> list[Row]:
        """All rows of a query."""
        self._cursor.execute(self._text(text), values)
        found: list[Row] = self._cursor.fetchall()
        return found

    def one(self, text: str, *values: Any) -> Row | None:
        """The first row of a query, None where there is none."""
        self._cursor.execute(self._text(text), values)
        row: Row | None = self._cursor.fetchone()
        return row

    def run(self, text: str, *values: Any) -> int:
        """Run a statement; returns the number of rows it touched."""
        self._cursor.execute(self._text(text), values)
        touched: int = self._cursor.rowcount
        return touched

    def bytewise(self, column: str) -> str:
        """A text column to sort by or to compare, by its bytes.

        SQLite and Python do so by themselves; a PostgreSQL database sorts as its language does,
        and a list that is cut off would be another one there.
        """
        return f'{column} COLLATE "C"' if self.postgresql else column

    def many(self, text: str, rows: Sequence[tuple[Any, ...]]) -> int:
        """Run a statement for each row, in order; returns the number of rows touched in all."""
        if not rows:
            return 0
        self._cursor.executemany(self._text(text), rows)
        touched: int = self._cursor.rowcount
        return touched

    def among(self, text: str, values: Iterable[Any], *fixed: Any) -> Iterator[Row]:
        """Rows of a query whose last condition is ``IN (*)``, asked in chunks."""
        left = list(values)
        for start in range(0, len(left), 500):
            chunk = left[start : start + 500]
            marks = ", ".join("?" * len(chunk))
            yield from self.rows(text.replace(_SOME, f"IN ({marks})"), *fixed, *chunk)

    def among_ids(self, text: str, ids: list[int], *fixed: Any) -> list[Row]:
        """The same for many integers, in one query."""
        if self.postgresql:
            return self.rows(text.replace(_SOME, "= ANY(?::bigint[])"), *fixed, ids)
        listed = text.replace(_SOME, "IN (SELECT value FROM json_each(?))")
        return self.rows(listed, *fixed, json.dumps(ids))

    def stream(self, text: str) -> Iterator[Row]:
        """Rows of a query without values, a few thousand in memory at a time."""
        connection = self._cursor.connection
        # On PostgreSQL only a named cursor leaves the rows on the server.
        cursor = connection.cursor("lineage_stream") if self.postgresql else connection.cursor()
        try:
            cursor.execute(text)
            while rows := cursor.fetchmany(_STREAMED):
                yield from rows
        finally:
            cursor.close()

    def load(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Insert many new rows as fast as the database takes them."""
        names = ", ".join(f'"{name}"' for name in columns)
        if self.postgresql:
            with self._cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(columns))
            text = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - our own names
            self._cursor.executemany(text, rows)

    def insert_new(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> int:
        """Insert the rows whose key is not there yet; returns how many those were.

        Rows come sorted by key and go in in that order: two writers never wait for each other in
        a circle. On PostgreSQL many rows are staged by COPY (it takes half the time of values in
        statements from about a thousand on, and is no worse before).
        """
        names = ", ".join(f'"{name}"' for name in columns)
        if self.postgresql and len(rows) >= _STAGED:
            self._cursor.execute(f"CREATE TEMP TABLE staged_{table} (LIKE {table}) ON COMMIT DROP")
            self.load(f"staged_{table}", columns, rows)
            touched = self.run(
                f"INSERT INTO {table} ({names})"  # noqa: S608 - names of our own
                f" SELECT {names} FROM staged_{table} ORDER BY ctid ON CONFLICT DO NOTHING"
            )
            self._cursor.execute(f"DROP TABLE staged_{table}")
            return touched
        marks = ", ".join("?" * len(columns))
        return self.many(
            f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names of our own
            " ON CONFLICT DO NOTHING",
            rows,
        )

    def defer_references(self) -> None:
        """Let rows name others that come later in the transaction."""
        if not self.postgresql:  # there, rows of one COPY are looked at when it ends
            self._cursor.execute("PRAGMA defer_foreign_keys = ON")

    def setting(self, name: str, value: str) -> None:
        """A setting of the server that holds to the end of the transaction (PostgreSQL only)."""
        if self.postgresql:
            self._cursor.execute("SELECT set_config(%s, %s, true)", (name, value))

    def _text(self, text: str) -> str:
        return _numbered(text) if self.postgresql else text


@lru_cache(maxsize=1024)
def _numbered(text: str) -> str:
    return text.replace("?", "%s")


class Session:
    """The two engines of one database."""

    def __init__(self, url: str) -> None:
        self.url = database_url(url)
        self.postgresql = self.url.get_backend_name() == "postgresql"
        self.path = None if self.postgresql else Path(str(self.url.database))
        if self.postgresql:
            self.reader = sa.create_engine(
                self.url,
                pool_pre_ping=True,
                max_overflow=20,
                execution_options={"isolation_level": "REPEATABLE READ"},
            )
            self.writer = sa.create_engine(self.url, pool_pre_ping=True, max_overflow=20)
        else:
            self.reader = _sqlite(self.url, begin="BEGIN", write=False)
            self.writer = _sqlite(self.url, begin="BEGIN IMMEDIATE", write=True)

    @contextmanager
    def read(self, tenant: str = "") -> Iterator[Work]:
        """A transaction that only reads, and sees one state.

        ``tenant`` is whom it works for: with row-level security (PostgreSQL, a role that owns no
        tables) it sees that tenant's rows and the public ones.
        """
        with self.reader.connect() as connection, connection.begin():
            yield self._work(connection, tenant)

    def write(self, step: Callable[[Work], T], tenant: str = "", *, attempts: int = _ATTEMPTS) -> T:
        """Run ``step`` in one write transaction; it may run again, so it must not keep state."""
        for attempt in range(attempts):
            try:
                with self.writer.begin() as connection:
                    return step(self._work(connection, tenant))
            except Exception as error:
                if not self._again(error) or attempt == attempts - 1:
                    raise
                time.sleep(random.uniform(0.002, 0.02) * 2**attempt)
        raise AssertionError("the last attempt returns or raises")

    def _work(self, connection: sa.Connection, tenant: str) -> Work:
        work = Work(connection.connection.cursor(), postgresql=self.postgresql)
        if tenant and self.postgresql:
            work.setting("lineage.tenant", tenant)
        return work

    def listen(self, channel: str) -> Any:
        """A driver's connection of its own (psycopg) that hears a channel; close it when done."""
        connection = self.reader.raw_connection()
        driver: Any = connection.driver_connection
        connection.detach()
        driver.rollback()
        driver.autocommit = True
        driver.execute(f"LISTEN {channel}")
        return driver

    def close(self) -> None:
        """Give all connections back."""
        self.reader.dispose()
        self.writer.dispose()

    def _again(self, error: BaseException) -> bool:
        code = getattr(error, "sqlstate", None) or getattr(
            getattr(error, "orig", None), "sqlstate", None
        )
        return self.postgresql and code in _TRY_AGAIN


def drivers() -> tuple[type[Exception], ...]:
    """What the drivers' own cursors raise."""
    import psycopg

    return (sqlite3.Error, psycopg.Error)


def database_url(text: str) -> sa.URL:
    """The URL with the driver we use; SettingInvalidError for anything we cannot open."""
    try:
        url = make_url(text)
    except (sa.exc.ArgumentError, ValueError):
        raise SettingInvalidError(name="db", reason=f"not a database URL; {_WRITTEN}") from None
    backend = url.get_backend_name()
    if backend in ("postgresql", "postgres"):
        # What follows a bare @ of the password would be taken, and shown, as the host.
        if "@" in (url.host or "") or text.partition("?")[0].count("@") > 1:
            raise SettingInvalidError(name="db", reason=f"more than one @; {_WRITTEN}")
        return url.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and url.database and url.database != ":memory:":
        return url.set(drivername="sqlite+pysqlite")
    raise SettingInvalidError(
        name="db", reason=f"'{backend}' is neither sqlite:///FILE nor postgresql://HOST/NAME"
    )


def _sqlite(url: sa.URL, *, begin: str, write: bool) -> sa.Engine:
    size = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 600} if write else {}
    engine = sa.create_engine(
        url,
        poolclass=sa.pool.QueuePool,
        connect_args={"timeout": _BUSY_MS / 1000, "check_same_thread": False},
        **({"max_overflow": 40} | size),
    )

    @sa.event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        if write:
            _write_ahead(cursor)
            cursor.execute("PRAGMA synchronous = NORMAL")
            # ids are digests, so inserts touch pages all over: merge the log less often
            cursor.execute("PRAGMA wal_autocheckpoint = 8000")
        else:
            cursor.execute("PRAGMA query_only = ON")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        cursor.execute("PRAGMA cache_size = -65536")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _write_ahead(cursor: Any) -> None:
    """Switch to the write-ahead log; SQLite does not wait here while another process switches."""
    for attempt in range(_ATTEMPTS):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if attempt == _ATTEMPTS - 1:
                raise
            time.sleep(random.uniform(0.005, 0.02) * 2**attempt)
        else:
            return
