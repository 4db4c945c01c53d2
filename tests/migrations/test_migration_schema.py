"""The schema: fresh = migrated, models = database, and the ways in which a database is opened."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory
from pytest_alembic.config import Config as AlembicConfig
from pytest_alembic.tests import (
    test_model_definitions_match_ddl,
    test_single_head_revision,
    test_up_down_consistency,
    test_upgrade,
)

import migrations
from lineage.errors import SchemaOldError, SchemaUnknownError
from lineage.record import schema
from lineage.record.session import Session
from lineage.record.store import Record
from lineage.record.tables import METADATA

__all__ = [
    "test_model_definitions_match_ddl",
    "test_single_head_revision",
    "test_up_down_consistency",
    "test_upgrade",
]
FOLDER = Path(migrations.__file__).parent


@pytest.fixture
def alembic_config() -> AlembicConfig:
    return AlembicConfig(config_options={"script_location": str(FOLDER)})


@pytest.fixture
def alembic_engine(database_url: str) -> Iterator[sa.Engine]:
    session = Session(database_url)
    yield session.writer
    session.close()


def shape(connection: sa.Connection) -> dict[str, Any]:
    """What the database itself says of its tables."""
    inspector = sa.inspect(connection)

    def indexes(table: str) -> list[tuple[Any, ...]]:
        return sorted((i["name"], *i["column_names"]) for i in inspector.get_indexes(table))

    return {
        table: (
            [(c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(table)],
            inspector.get_pk_constraint(table)["constrained_columns"],
            sorted(
                (tuple(f["constrained_columns"]), f["referred_table"])
                for f in inspector.get_foreign_keys(table)
            ),
            indexes(table),
            sorted(tuple(u["column_names"]) for u in inspector.get_unique_constraints(table)),
        )
        for table in sorted(inspector.get_table_names())
        if table != "alembic_version"
    }  # fmt: skip


def test_fresh_is_migrated(database_url: str, tmp_path: Path) -> None:
    Record.open(database_url, create=True).close()
    session = Session(database_url)
    with session.writer.begin() as connection:
        migrated = shape(connection)
        made = sorted(
            row[0]
            for row in connection.execute(sa.text("SELECT sql FROM sqlite_master WHERE sql <> ''"))
        ) if not session.postgresql else []  # fmt: skip
        connection.execute(sa.text("DROP TABLE alembic_version"))
        METADATA.drop_all(connection)
        METADATA.create_all(connection)
        assert shape(connection) == migrated
        if made:
            assert sum("WITHOUT ROWID" in text for text in made) == sum(
                "WITHOUT ROWID" in row[0]
                for row in connection.execute(
                    sa.text("SELECT sql FROM sqlite_master WHERE sql <> ''")
                )
            )
    session.close()


def test_check_is_clean_and_finds_what_differs(database_url: str) -> None:
    Record.open(database_url, create=True).close()
    session = Session(database_url)
    assert schema.current(session) == schema.NEEDED
    assert schema.check(session) == ()
    with session.writer.begin() as connection:
        connection.execute(sa.text("ALTER TABLE slot ADD COLUMN extra TEXT"))
    assert "extra" in " ".join(schema.check(session))
    session.close()


def test_the_schema_needed_is_the_newest_step() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    assert ScriptDirectory.from_config(config).get_current_head() == schema.NEEDED


def age(url: str, step: str = "0000") -> None:
    session = Session(url)
    with session.writer.begin() as connection:
        connection.execute(
            sa.text("UPDATE alembic_version SET version_num = :step"), {"step": step}
        )
    session.close()


def test_an_old_schema_is_not_served(database_url: str) -> None:
    Record.open(database_url, create=True).close()
    age(database_url)
    with pytest.raises(SchemaOldError, match=r"schema 0000.*lineage db upgrade"):
        Record.open(database_url)


def test_an_old_postgresql_is_never_upgraded_on_the_way(postgresql_url: str) -> None:
    Record.open(postgresql_url, create=True).close()
    age(postgresql_url)
    with pytest.raises(SchemaOldError, match="lineage db upgrade"):
        Record.open(postgresql_url, create=True)


def test_sqlite_is_copied_before_it_is_upgraded(sqlite_url: str, tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE keep (me TEXT)")
        connection.execute("INSERT INTO keep VALUES ('kept')")
        connection.commit()
    session = Session(sqlite_url)
    copy = schema.upgrade(session)
    assert schema.current(session) == schema.NEEDED
    session.close()
    assert copy is not None
    with closing(sqlite3.connect(copy)) as old:
        assert old.execute("SELECT * FROM keep").fetchall() == [("kept",)]
        assert old.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)


def test_a_later_schema_is_refused(database_url: str) -> None:
    Record.open(database_url, create=True).close()
    age(database_url, "9999")
    for create in (False, True):
        with pytest.raises(SchemaUnknownError):
            Record.open(database_url, create=create)


def test_an_upgrade_of_what_is_new_does_nothing(sqlite_url: str, tmp_path: Path) -> None:
    Record.open(sqlite_url, create=True).close()
    assert schema.upgrade(Session(sqlite_url)) is None
    assert [path.name for path in tmp_path.iterdir() if "backup" in path.name] == []


def test_many_may_create_at_once(database_url: str) -> None:
    secrets: list[bytes] = []
    errors: list[Exception] = []

    def create() -> None:
        try:
            with Record.open(database_url, create=True) as record, record.session.read() as work:
                secrets.append(
                    bytes(work.rows("SELECT value FROM installation WHERE name = 'secret'")[0][0])
                )
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(secrets) == 4
    assert len(set(secrets)) == 1


def test_a_path_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "x.db"
    with pytest.raises(SchemaOldError):
        Record.open(f"sqlite:///{path}")
    assert not path.parent.exists()
    Record.open(f"sqlite:///{path}", create=True).close()
    assert path.exists()
