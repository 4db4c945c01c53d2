"""A record goes into another database whole, or not at all; from each kind into each."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.program import app
from lineage.errors import CopyRefusedError, SchemaOldError
from lineage.record import schema
from lineage.record.audit import Entry, Trail
from lineage.record.doctor import examine
from lineage.record.session import Session
from lineage.record.store import Record
from lineage.record.tenant import Tenants
from lineage.record.token import Right, Tokens
from lineage.record.transfer import copy, prints
from tests.record.estates import submission


def fill(record: Record) -> str:
    """Two tenants and the public one, a rollback, a delta, tokens and a trail; a token's text."""
    for number in range(6):
        record.append(submission("one", {1: 0, 2: number % 4, 3: 0}))
    record.append(submission("two", {4: 0}, tenant="other"))
    record.append(submission("pack", {7: 0}, tenant="public", stream="pack"))
    Trail(record.session).add([Entry(tenant="other", who="ann", operation="x")])
    return Tokens(record.session).create(name="t", tenant="other", rights=[Right.READ])[1]


@pytest.fixture
def source(database_url: str) -> Iterator[Record]:
    with Record.open(database_url, create=True, namespace="acme") as opened:
        yield opened


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def target_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'target.db'}"
        return
    from tests.services.postgresql import postgresql_database

    with postgresql_database(request.getfixturevalue("postgresql_server")) as url:
        yield url


def test_everything_goes_over(source: Record, target_url: str) -> None:
    text = fill(source)
    into = Session(target_url)
    done = copy(source.session, into)
    assert done.later == 0
    assert done.tables == prints(source.session) == prints(into)
    assert {name for name, one in done.tables.items() if one.rows} >= {
        "audit", "token", "installation", "submission", "holding", "claim_set", "document",
    }  # fmt: skip
    into.close()
    with Record.open(target_url) as moved:
        assert not examine(moved).findings
        assert moved.namespace == "acme"
        assert moved.head() == source.head()
        assert Tokens(moved.session).verify(text).tenant == "other"
        receipt = source.receipt(source.history().submission(3).id)
        assert moved.receipt(receipt.id) == receipt
        assert moved.document(receipt.digest) == source.document(receipt.digest)
        # It goes on there: the same document is no news, ids are the same, the chain continues.
        newest = submission("one", {1: 0, 2: 1, 3: 0})
        assert moved.append(newest).unchanged
        again = submission("one", {9: 0})
        assert moved.append(again).added == source.append(again).added
        assert moved.head().number == source.head().number


def test_a_target_that_holds_anything_is_left_alone(source: Record, target_url: str) -> None:
    fill(source)
    with Record.open(target_url, create=True) as other:
        Tenants(other.session).add("theirs")
        before = prints(other.session)
        with pytest.raises(CopyRefusedError, match="not empty"):
            copy(source.session, other.session)
        assert prints(other.session) == before
    with pytest.raises(CopyRefusedError, match="one database"):
        copy(source.session, source.session)


def test_an_interrupted_copy_leaves_nothing_and_is_begun_again(
    source: Record, target_url: str
) -> None:
    fill(source)

    def interrupt(table: str, rows: int) -> None:
        if table == "holding":
            raise KeyboardInterrupt

    into = Session(target_url)
    with pytest.raises(KeyboardInterrupt):
        copy(source.session, into, interrupt)
    assert not any(one.rows for name, one in prints(into).items() if name != "installation")
    assert copy(source.session, into).tables == prints(source.session)
    into.close()


def test_what_came_meanwhile_is_told(source: Record, target_url: str) -> None:
    fill(source)
    sent = []

    def meanwhile(table: str, rows: int) -> None:
        if table == "document" and not sent:
            sent.append(source.append(submission("late", {5: 0})))

    into = Session(target_url)
    done = copy(source.session, into, meanwhile)
    into.close()
    assert done.later == 1
    with Record.open(target_url) as moved:
        assert moved.head().number == source.head().number - 1
        assert not examine(moved).findings


def test_a_source_of_an_old_schema_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    session = Session(sqlite_url)
    with pytest.raises(SchemaOldError):
        copy(session, Session(f"sqlite:///{tmp_path / 'new.db'}"))
    assert not (tmp_path / "new.db").exists()


def test_the_command_compares_answers(sqlite_url: str, tmp_path: Path) -> None:
    with Record.open(sqlite_url, create=True) as record:
        fill(record)
    target = f"sqlite:///{tmp_path / 'new.db'}"
    asked = ["copy", "--from", sqlite_url, "--to", target]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0, done.output
    assert "the same:" in done.output
    assert "comparing answers: tenant other at revision 1\n" in done.output
    again = CliRunner().invoke(app, asked)
    assert (again.exit_code, "COPY_REFUSED" in again.output) == (1, True)
    with Record.open(target) as moved:
        moved.append(submission("one", {6: 0}))
    differs = CliRunner().invoke(app, [*asked, "--compare-only"])
    assert differs.exit_code == 1
    assert "differs: table holding" in differs.output
    assert "differs: default: the newest revision" in differs.output
    missing = CliRunner().invoke(app, ["copy", "--from", "env:NOT_THERE", "--to", target])
    assert (missing.exit_code, "no URL in env:NOT_THERE" in missing.output) == (2, True)


def kept(url: str) -> int:
    """Submissions of a database; 0 where there is not even a schema yet."""
    session = Session(url)
    try:
        return 0 if schema.current(session) == schema.NONE else prints(session)["submission"].rows
    finally:
        session.close()


@pytest.mark.long
def test_a_killed_copy_leaves_nothing(sqlite_url: str, target_url: str) -> None:
    with Record.open(sqlite_url, create=True) as record:
        for number in range(80):
            record.append(submission(f"s{number}", dict.fromkeys(range(40), number)))
    command = [sys.executable, "-m", "api.cli", "copy", "--from", sqlite_url, "--to", target_url]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    for delay in (1.5, 2.5):
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        done = kept(target_url)
        assert done in (0, 80), "a part was kept"
        if done:
            return
    assert subprocess.run(command, env=environment, check=False).returncode == 0
