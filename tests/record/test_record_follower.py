"""Who waits for a revision is woken at once, whoever wrote it; on both databases."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Iterator

import pytest

from lineage.record.follower import Follower, awaited
from lineage.record.store import Record
from tests.record.estates import submission


@pytest.fixture
def writer(database_url: str) -> Iterator[Record]:
    with Record.open(database_url, create=True) as opened:
        opened.append(submission("one", {1: 0}))
        yield opened


@pytest.fixture
def reader(writer: Record, database_url: str) -> Iterator[Record]:
    """The record as another process has it."""
    with Record.open(database_url) as opened:
        yield opened


def wait_for(found: list[float], reader: Record, number: int) -> threading.Thread:
    def run() -> None:
        if awaited(reader, "default", number, 10).number >= number:
            found.append(time.monotonic())

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_what_is_there_is_not_waited_for(writer: Record) -> None:
    begun = time.monotonic()
    assert awaited(writer, "default", 1, 10).number == 1
    assert awaited(writer, "default", 2, 0.05).number == 1
    assert time.monotonic() - begun < 5


def test_another_process_is_woken(writer: Record, reader: Record) -> None:
    delays = []
    with Follower(reader, lambda: (), lambda _tenant: None):
        time.sleep(0.3)
        for number in range(2, 12):
            found: list[float] = []
            thread = wait_for(found, reader, number)
            time.sleep(0.02)
            writer.append(submission("one", {1: number}))
            done = time.monotonic()
            thread.join()
            delays.append(found[0] - done)
    assert statistics.median(delays) < 0.25


def test_news_are_told_of_tenants_that_matter(writer: Record, reader: Record) -> None:
    told: list[str] = []
    with Follower(reader, lambda: ("default", "other"), told.append):
        time.sleep(0.3)
        writer.append(submission("one", {2: 0}, tenant="nobody"))
        writer.append(submission("one", {2: 0}))
        writer.append(submission("one", {3: 0}, tenant="other"))
        deadline = time.monotonic() + 10
        while len(told) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
    assert sorted(told) == ["default", "other"]


@pytest.mark.postgresql
def test_a_listener_that_is_cut_off_listens_again(postgresql_url: str) -> None:
    with Record.open(postgresql_url, create=True) as writer, Record.open(postgresql_url) as reader:
        writer.append(submission("one", {1: 0}))
        with Follower(reader, lambda: (), lambda _tenant: None):
            listening = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
            first = _pids(writer, listening, other_than=set())
            with writer.session.read() as work:
                work.rows("SELECT pg_terminate_backend(?)", next(iter(first)))
            found: list[float] = []
            thread = wait_for(found, reader, 2)
            writer.append(submission("one", {1: 1}))
            thread.join()
            assert found
            assert _pids(writer, listening, other_than=first)


def _pids(record: Record, query: str, *, other_than: set[int]) -> set[int]:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with record.session.read() as work:
            found = {row[0] for row in work.rows(query.replace("%", "%%"))} - other_than
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("nobody listens")
