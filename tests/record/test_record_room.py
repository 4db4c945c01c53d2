"""The limit of the inbox holds to the item, whoever opens items; it is seldom counted whole."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress

import pytest

from lineage.errors import InboxFullError, InboxStateError
from lineage.record import room
from lineage.record.arrival import Arrival
from lineage.record.inbox import OPEN, Inbox
from lineage.record.session import Work
from lineage.record.store import Record


@pytest.fixture
def record(database_url: str) -> Iterator[Record]:
    with Record.open(database_url, create=True) as opened:
        yield opened


def arrival(number: int) -> Arrival:
    return Arrival(
        tenant=f"t{number % 2}", lane=f"l{number % 7}", kind="document",
        content=random.Random(number).randbytes(40), told={},
    )  # fmt: skip


def opened(inbox: Inbox) -> int:
    counts = inbox.counts()
    return sum(counts[state] for state in OPEN)


@pytest.mark.parametrize("seed", range(3))
def test_the_limit_holds_to_the_item_whoever_opens_them(
    record: Record, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_SLACK", 0)  # what is known of long ago must do
    chance = random.Random(seed)
    desks = [Inbox(record.session, rows=15) for _ in range(3)]
    held = []
    everything: list[tuple[str, str]] = []
    refused = 0
    for number in range(250):
        inbox = chance.choice(desks)
        step = chance.choice(["accept", "accept", "accept", "take", "end", "later", "turn"])
        if step == "accept":
            full = opened(inbox) >= 15
            try:
                place = inbox.accept(arrival(number)).place
                everything.append((place.id, place.tenant))
                assert not full
            except InboxFullError:
                assert full
                refused += 1
        elif step == "take" and (item := inbox.take("w")) is not None:
            held.append(item)
        elif step == "end" and held:
            item = held.pop(chance.randrange(len(held)))
            if chance.random() < 0.5:
                inbox.done(item)
            else:
                inbox.failed(item, code="X", error="no")
        elif step == "later" and held:
            inbox.later(held.pop(), code="BUSY", error="busy", least=chance.choice([0, 60]))
        elif step == "turn" and everything:
            with suppress(InboxStateError):
                chance.choice([inbox.retry, inbox.drop])(*chance.choice(everything))
    assert refused > 5


def test_packed_bytes_have_a_limit_that_holds_too(record: Record) -> None:
    one, other = Inbox(record.session, octets=500), Inbox(record.session, octets=500)
    taken = 0
    with suppress(InboxFullError):
        for number in range(100):
            (one, other)[number % 2].accept(arrival(number))
            taken += 1
    assert 500 // 60 <= taken <= 500 // 40


def test_what_waits_is_not_counted_for_each(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_SLACK", 0)
    inbox = Inbox(record.session)
    looked: list[str] = []
    one = Work.one

    def watched(work: Work, text: str, *values: object) -> object:
        looked.append(text)
        return one(work, text, *values)

    monkeypatch.setattr(Work, "one", watched)
    for number in range(300):
        inbox.accept(arrival(number))
    assert looked.count(room._ALL) < 10
    monkeypatch.undo()
    assert opened(inbox) == 300
