"""Deadlocks, serialisation failures and lost races for a key are tried again inside."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from lineage.record.session import Session, Work

pytestmark = [pytest.mark.postgresql, pytest.mark.timeout(60)]


@pytest.fixture
def session(postgresql_url: str) -> Iterator[Session]:
    opened = Session(postgresql_url)
    with opened.writer.begin() as connection:
        connection.execute(sa.text("CREATE TABLE pot (id integer PRIMARY KEY, held integer)"))
        connection.execute(sa.text("INSERT INTO pot VALUES (1, 0), (2, 0)"))
    yield opened
    opened.close()


Step = Callable[[Work, Callable[[], None]], None]


def _pass() -> None:
    """Nobody waits the second time."""


def both(session: Session, *steps: Step) -> list[int]:
    """Run steps in threads of their own; ``meet`` holds each until all are there, the first time.

    How often each was begun.
    """
    barrier = threading.Barrier(len(steps))
    begun = [0] * len(steps)
    wrong: list[BaseException] = []

    def meet() -> None:
        barrier.wait(20)

    def run(number: int, step: Step) -> None:
        def once(work: Work) -> None:
            begun[number] += 1
            first = begun[number] == 1
            step(work, meet if first else _pass)

        try:
            session.write(once)
        except BaseException as error:  # noqa: BLE001
            wrong.append(error)

    threads = [threading.Thread(target=run, args=one) for one in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(40)
    assert wrong == []
    return begun


def held(session: Session) -> list[tuple[int, ...]]:
    with session.read() as work:
        return work.rows("SELECT id, held FROM pot ORDER BY id")


def test_a_deadlock(session: Session) -> None:
    def add(first: int, second: int) -> Step:
        def step(work: Work, meet: Callable[[], None]) -> None:
            work.run("UPDATE pot SET held = held + 1 WHERE id = ?", first)
            meet()
            work.run("UPDATE pot SET held = held + 1 WHERE id = ?", second)

        return step

    begun = both(session, add(1, 2), add(2, 1))
    assert sum(begun) > 2, "nobody was in the way"
    assert held(session) == [(1, 2), (2, 2)]


def test_a_serialisation_failure(session: Session) -> None:
    def step(work: Work, meet: Callable[[], None]) -> None:
        work.run("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
        row = work.one("SELECT held FROM pot WHERE id = 1")
        meet()
        work.run("UPDATE pot SET held = ? WHERE id = 1", (row[0] if row else 0) + 1)

    begun = both(session, step, step)
    assert sum(begun) > 2
    assert held(session)[0] == (1, 2), "an addition was lost"


def test_a_race_for_a_key(session: Session) -> None:
    def step(work: Work, meet: Callable[[], None]) -> None:
        row = work.one("SELECT held FROM pot WHERE id = 3")
        meet()
        if row is None:
            work.run("INSERT INTO pot VALUES (3, 1)")
        else:
            work.run("UPDATE pot SET held = held + 1 WHERE id = 3")

    begun = both(session, step, step)
    assert sum(begun) > 2
    assert held(session)[2] == (3, 2)
