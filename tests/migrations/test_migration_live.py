"""An old database, with data, goes to the schema of today while somebody keeps reading it."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from lineage.errors import SchemaOldError
from lineage.record import schema
from lineage.record.doctor import examine
from lineage.record.session import Session
from lineage.record.store import Record
from lineage.record.tables import METADATA
from tests.migrations.asking import QUESTION

DUMPS = sorted((Path(__file__).parent.parent / "documents" / "record").glob("*.sql"))[:-1]


def old_database(url: str, dump: Path, folder: Path) -> None:
    """A database of an old schema with the rows of its dump."""
    session = Session(url)
    file = session.path or folder / "old.db"
    with closing(sqlite3.connect(file)) as source:
        source.executescript(dump.read_text())
        if session.postgresql:
            _load(session, source, dump.stem)
    session.close()


def _load(session: Session, source: sqlite3.Connection, step: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(files("migrations")))
    with session.writer.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, step)
        there = {row[0] for row in source.execute("SELECT name FROM sqlite_master")}
        for table in METADATA.sorted_tables:
            if table.name in there:
                cursor = source.execute(f"SELECT * FROM {table.name}")
                names = [one[0] for one in cursor.description]
                rows = [dict(zip(names, row, strict=True)) for row in cursor]
                if rows:
                    old = sa.table(table.name, *(sa.column(name) for name in names))
                    connection.execute(sa.insert(old), rows)


class Reader:
    """Asks the same again and again; remembers what differed and the longest wait."""

    def __init__(self, url: str) -> None:
        self.session = Session(url)
        self.first = self.ask()
        self.rounds = 0
        self.longest = 0.0
        self.wrong: list[object] = []
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def ask(self) -> list[tuple[object, ...]]:
        with self.session.read() as work:
            return [tuple(map(str, row)) for row in work.rows(QUESTION)]

    def run(self) -> None:
        while not self.ended.is_set():
            begun = time.monotonic()
            try:
                if self.ask() != self.first:
                    self.wrong.append("another answer")
            except Exception as error:  # noqa: BLE001
                self.wrong.append(error)
            self.longest = max(self.longest, time.monotonic() - begun)
            self.rounds += 1

    def end(self) -> None:
        self.ended.set()
        self.thread.join()
        self.session.close()


@pytest.fixture(params=DUMPS, ids=lambda path: path.stem)
def old_url(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> str:
    old_database(database_url, request.param, tmp_path)
    return database_url


def test_it_is_upgraded_while_somebody_reads(old_url: str) -> None:
    with pytest.raises(SchemaOldError):
        Record.open(old_url)
    reader = Reader(old_url)
    assert len(reader.first) > 3
    reader.thread.start()
    try:
        while reader.rounds < 3:
            time.sleep(0.005)
        session = Session(old_url)
        schema.upgrade(session)
        session.close()
        after = reader.rounds
        while reader.rounds < after + 3:
            time.sleep(0.005)
    finally:
        reader.end()
    assert reader.wrong == []
    with Record.open(old_url) as record:
        assert schema.check(record.session) == ()
        assert not examine(record).findings
        assert (record.head().number, record.head("other").number) == (4, 1)


@pytest.mark.postgresql
def test_an_upgrade_never_holds_readers_up(postgresql_url: str, tmp_path: Path) -> None:
    """A long answer is under way: the upgrade waits for it, short ones do not wait for both."""
    old_database(postgresql_url, DUMPS[0], tmp_path)
    long = Session(postgresql_url)
    reader = Reader(postgresql_url)
    upgraded = threading.Event()

    def upgrade() -> None:
        session = Session(postgresql_url)
        schema.upgrade(session)
        session.close()
        upgraded.set()

    thread = threading.Thread(target=upgrade)
    with long.read() as work:
        assert work.rows(QUESTION)
        reader.thread.start()
        thread.start()
        time.sleep(1.5)
        assert not upgraded.is_set()
    thread.join(30)
    reader.end()
    long.close()
    assert upgraded.is_set()
    assert reader.wrong == []
    assert reader.longest < 1.4, "a reader waited for the long answer to end"


@pytest.mark.postgresql
def test_two_upgrades_at_once_are_one(postgresql_url: str, tmp_path: Path) -> None:
    old_database(postgresql_url, DUMPS[0], tmp_path)
    wrong: list[Exception] = []

    def upgrade() -> None:
        session = Session(postgresql_url)
        try:
            schema.upgrade(session)
        except Exception as error:  # noqa: BLE001
            wrong.append(error)
        finally:
            session.close()

    threads = [threading.Thread(target=upgrade) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    with Record.open(postgresql_url) as record:
        assert schema.check(record.session) == ()
