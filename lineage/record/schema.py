"""Which schema a database has, and the way to the one this program needs."""

from __future__ import annotations

import secrets
import sqlite3
import time
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from threading import Lock

import sqlalchemy as sa

from lineage.errors import SchemaOldError, SchemaUnknownError
from lineage.record.backup import backup
from lineage.record.digest import SECRET_SIZE
from lineage.record.session import Session

NEEDED = "0005"  # steps are numbered, so that an older one is the smaller text
NONE = "none"
_SHARED = frozenset({"installation"})  # of no tenant
_LOCK = 0x6C696E65
_LOCK_NOT_AVAILABLE = "55P03"
_PATIENCE_MS, _PAUSE, _ATTEMPTS = 500, 0.2, 100  # a minute in all
_ONE_AT_A_TIME = Lock()  # alembic keeps its context in a module


def current(session: Session) -> str:
    """The schema of the database, "none" where it has none."""
    if session.path is not None and not session.path.exists():
        return NONE
    with session.reader.connect() as connection:
        return _found(connection)


def require(session: Session) -> None:
    """SchemaOldError, which prints the command, unless the schema is the one that is needed.

    SchemaUnknownError where a later program has written it.
    """
    found = current(session)
    if found == NEEDED:
        return
    if found != NONE and found > NEEDED:
        raise SchemaUnknownError(found=found, needed=NEEDED)
    raise SchemaOldError(found=found, needed=NEEDED)


def upgrade(session: Session, *, namespace: str = "local") -> Path | None:
    """Bring the database to the schema needed; an SQLite file is copied first.

    Returns the copy, None where there was nothing to copy. ``namespace`` is given to names
    without one; it is set once, when the database is made. Raises SchemaUnknownError for the
    database of a later program.
    """
    found = current(session)
    if found == NEEDED:
        return None
    if found != NONE and found > NEEDED:
        raise SchemaUnknownError(found=found, needed=NEEDED)
    copy = None
    if session.path is not None:
        session.path.parent.mkdir(parents=True, exist_ok=True)
        if found != NONE or _holds_tables(session.path):
            copy = backup(session.path)
    for attempt in range(_ATTEMPTS):
        try:
            with session.writer.begin() as connection:
                _lock(session, connection)
                _migrate(connection)
                _settle(connection, namespace)
            return copy
        except sa.exc.OperationalError as error:
            waited = getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE
            if not waited or attempt == _ATTEMPTS - 1:
                raise
            time.sleep(_PAUSE)
    raise AssertionError("the last attempt returns or raises")


def _lock(session: Session, connection: sa.Connection) -> None:
    """One upgrade at a time; the others wait here and find it done.

    A step waits for the readers of a table and everybody who comes later waits behind it: so it
    gives up after a moment and tries again, and readers are held up for that moment at most.
    """
    if session.postgresql:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        connection.execute(sa.text(f"SET LOCAL lock_timeout = '{_PATIENCE_MS}ms'"))


def check(session: Session) -> tuple[str, ...]:
    """What differs between the migrated schema and the tables of this program; () is right."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from lineage.record.tables import METADATA

    with session.reader.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        found = [str(difference) for difference in compare_metadata(context, METADATA)]
        if session.postgresql:
            found += _unprotected(connection, {table.name for table in METADATA.sorted_tables})
        return tuple(found)


def _unprotected(connection: sa.Connection, tables: set[str]) -> list[str]:
    """Tables of tenants without the policies of ``migrations/policy.py``."""
    secured = {
        row[0] for row in connection.execute(
            sa.text("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r'")
        )
    }  # fmt: skip
    policies = {
        (row[0], row[1]) for row in connection.execute(
            sa.text("SELECT tablename, policyname FROM pg_policies")
        )
    }  # fmt: skip
    return [
        f"table {name} does not keep tenants apart (row-level security)"
        for name in sorted(tables - _SHARED)
        if name not in secured or {(name, f"{name}_seen"), (name, f"{name}_own")} - policies
    ]


def _holds_tables(path: Path) -> bool:
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as connection:
        row = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return bool(row[0])


def _found(connection: sa.Connection) -> str:
    if not sa.inspect(connection).has_table("alembic_version"):
        return NONE
    row = connection.execute(sa.text("SELECT version_num FROM alembic_version")).first()
    return str(row[0]) if row else NONE


def _migrate(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(files("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    with _ONE_AT_A_TIME:
        command.upgrade(config, "head")


def _settle(connection: sa.Connection, namespace: str) -> None:
    """The rows that every installation has; what is there stays."""
    rows = {"secret": secrets.token_bytes(SECRET_SIZE), "namespace": namespace.encode()}
    for name, value in rows.items():
        connection.execute(
            sa.text(
                "INSERT INTO installation (name, value) VALUES (:name, :value)"
                " ON CONFLICT DO NOTHING"
            ),
            {"name": name, "value": value},
        )
