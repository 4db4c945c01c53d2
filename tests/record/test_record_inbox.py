"""The inbox: kept before it is answered, lane by lane in order, once, whoever works."""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from lineage.errors import (
    InboxFullError,
    InboxStateError,
    KeyReusedError,
    KeyRunningError,
    KeyUnknownError,
)
from lineage.record import inbox as module
from lineage.record.arrival import Arrival
from lineage.record.inbox import Inbox
from lineage.record.store import Record


@pytest.fixture
def record(database_url):
    with Record.open(database_url, create=True) as opened:
        yield opened


@pytest.fixture
def inbox(record):
    return Inbox(record.session)


def arrival(text, lane="a", **more):
    told = {"name": text}
    return Arrival(
        **({"tenant": "acme", "lane": lane, "kind": "document", "content": text.encode(),
            "told": told} | more)
    )  # fmt: skip


def work_off(inbox, worker="w", **told):
    item = inbox.take(worker, **told)
    if item is not None:
        inbox.done(item, result="r", revision=1)
    return item


def test_an_item_comes_out_as_it_went_in(inbox):
    accepted = inbox.accept(arrival("one", content=b"\0bytes" * 999))
    assert not accepted.again
    assert inbox.place(accepted.place.id, "acme").state == "waiting"
    item = inbox.take("w")
    assert item.content == b"\0bytes" * 999
    assert (item.place.told, item.place.lane, item.place.attempts) == ({"name": "one"}, "a", 1)
    assert inbox.place(item.place.id, "acme").state == "working"
    inbox.done(item, result="abc", revision=7)
    place = inbox.place(item.place.id, "acme")
    assert (place.state, place.result, place.revision) == ("done", "abc", 7)
    assert inbox.take("w") is None
    assert place.id[14] == "7", "a UUID of version 7, as clients of uploads expect"


def test_a_lane_is_worked_off_in_order_and_one_at_a_time(inbox):
    for text in ("a1", "a2", "a3"):
        inbox.accept(arrival(text, "a"))
    inbox.accept(arrival("b1", "b"))
    first, other = inbox.take("v"), inbox.take("w")
    assert (first.content, other.content) == (b"a1", b"b1")
    assert inbox.take("x") is None, "the lane is in somebody's hands"
    inbox.done(first)
    assert work_off(inbox).content == b"a2"


def test_what_waits_to_be_tried_again_holds_its_lane(inbox, monkeypatch):
    monkeypatch.setattr(module, "_BACK_OFF", (0.2,))
    inbox.accept(arrival("a1"))
    inbox.accept(arrival("a2"))
    item = inbox.take("w")
    assert inbox.later(item, code="BUSY", error="the disk is full") == 0.2
    assert inbox.place(item.place.id, "acme").error == "the disk is full"
    assert inbox.take("w") is None
    time.sleep(0.25)
    again = inbox.take("w")
    assert (again.content, again.place.attempts) == (b"a1", 2)
    inbox.failed(again, code="DOCUMENT_REFUSED", error="no")
    assert work_off(inbox).content == b"a2", "what failed for good frees the lane"
    assert inbox.counts("acme") == {
        "waiting": 0, "working": 0, "done": 1, "failed": 1, "dropped": 0,
    }  # fmt: skip


def test_bulk_waits_behind_the_others_and_leaves_a_hand_free(inbox):
    for number in range(3):
        inbox.accept(arrival(f"bulk {number}", f"bulk {number}", bulk=True))
    inbox.accept(arrival("now", "people"))
    assert inbox.take("w").content == b"now"
    assert inbox.take("w", interactive=True) is None
    assert inbox.take("w").content == b"bulk 0"


def test_a_worker_that_is_gone_loses_its_item_and_cannot_finish_it(inbox, monkeypatch):
    inbox.accept(arrival("one"))
    item = inbox.take("dead")
    assert inbox.recover() == 0
    assert inbox.recover(lambda worker: worker == "dead") == 1
    other = inbox.take("alive")
    assert other.place.id == item.place.id
    inbox.done(item, result="late")
    assert inbox.place(item.place.id, "acme").state == "working", "it is not his any more"
    assert not inbox.renew(item)
    assert inbox.renew(other)
    monkeypatch.setattr(module, "LEASE", -1.0)
    assert inbox.renew(other)
    assert inbox.recover() == 1, "a lease that has run out"


def test_an_idempotency_key(inbox):
    one = arrival("one", key="k-1", fingerprint=b"f")
    first = inbox.accept(one)
    with pytest.raises(KeyRunningError):
        inbox.accept(one)
    with pytest.raises(KeyReusedError):
        inbox.accept(arrival("two", key="k-1", fingerprint=b"g"))
    work_off(inbox)
    again = inbox.accept(one)
    assert again.again
    assert again.place.id == first.place.id
    assert again.place.result == "r"
    assert inbox.take("w") is None
    other_tenant = arrival("one", key="k-1", fingerprint=b"g", tenant="other")
    assert not inbox.accept(other_tenant).again


def test_a_key_of_what_it_is_about_is_held_by_the_newest(inbox):
    one = arrival("one", key="slot", fingerprint=b"1", renews=True)
    two = arrival("two", key="slot", fingerprint=b"2", renews=True)
    first = inbox.accept(one)
    assert inbox.accept(one) == type(first)(place=first.place, again=True), "it waits already"
    work_off(inbox)
    renewed = inbox.accept(one)
    assert (renewed.again, renewed.place.id) == (False, first.place.id)
    assert (renewed.place.state, renewed.place.result) == ("waiting", None)
    assert work_off(inbox).content == b"one", "it is worked off once more, under its id"
    second = inbox.accept(two)
    back = inbox.accept(one)
    assert len({first.place.id, second.place.id, back.place.id}) == 3
    assert [work_off(inbox).content for _ in range(2)] == [b"two", b"one"]
    inbox.accept(two)
    inbox.failed(inbox.take("w"), code="X", error="no")
    failed = inbox.accept(two)
    assert failed.place.state == "waiting"
    states = sorted(place.state for place in inbox.places("acme"))
    assert states == ["done", "done", "done", "failed", "waiting"]


def test_items_are_found_by_the_beginning_of_their_lane(inbox):
    for lane in ("ci/a", "ci/b", "other"):
        inbox.accept(arrival(lane, lane))
    assert {place.lane for place in inbox.places("acme", lanes="ci/")} == {"ci/a", "ci/b"}


def test_two_deliveries_under_one_key_at_once_are_kept_once(inbox):
    outcomes = []

    def deliver():
        try:
            outcomes.append(inbox.accept(arrival("one", key="d", fingerprint=b"f")).again)
        except KeyRunningError:
            outcomes.append("running")

    threads = [threading.Thread(target=deliver) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == ["False", *["running"] * 7]
    assert len(inbox.places("acme")) == 1


def test_the_same_upload_from_many_sides_at_once_is_one_item(inbox):
    found = []
    one = arrival("one", key="slot", fingerprint=b"1", renews=True)
    threads = [threading.Thread(target=lambda: found.append(inbox.accept(one))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({accepted.place.id for accepted in found}) == 1
    assert sorted(accepted.again for accepted in found) == [False, *[True] * 7]


def test_a_full_inbox_says_so(record):
    small = Inbox(record.session, rows=2)
    small.accept(arrival("one"))
    small.accept(arrival("two"))
    with pytest.raises(InboxFullError):
        small.accept(arrival("three"))
    tight = Inbox(record.session, octets=10)
    with pytest.raises(InboxFullError):
        tight.accept(arrival("four"))


def test_people_may_try_again_and_give_up(inbox):
    number = inbox.accept(arrival("one")).place.id
    inbox.failed(inbox.take("w"), code="X", error="no")
    assert inbox.retry(number, "acme").state == "waiting"
    assert inbox.drop(number, "acme").state == "dropped"
    with pytest.raises(InboxStateError, match="is dropped: it cannot be tried again"):
        inbox.retry(number, "acme")
    with pytest.raises(KeyUnknownError):
        inbox.drop(number, "other")
    with pytest.raises(KeyUnknownError):
        inbox.place("no-such", "acme")


def test_what_is_finished_is_forgotten_after_a_while(inbox):
    inbox.accept(arrival("one"))
    inbox.accept(arrival("two", "b"))
    work_off(inbox)
    assert inbox.forget(before=datetime.now(UTC) - timedelta(days=1)) == 0
    assert inbox.forget(before=datetime.now(UTC) + timedelta(days=1)) == 1
    assert [place.state for place in inbox.places("acme")] == ["waiting"]


def test_many_workers_take_everything_once_and_every_lane_in_order(inbox):
    lanes = [f"lane {number}" for number in range(6)]
    sent = [(lane, number) for number in range(10) for lane in lanes]
    for lane, number in sent:
        inbox.accept(arrival(f"{number}", lane))
    seen, busy, clashes = defaultdict(list), set(), []
    lock = threading.Lock()

    def work(name):
        dice = random.Random(name)
        while True:
            item = inbox.take(name)
            if item is None:
                if sum(len(one) for one in seen.values()) == len(sent):
                    return
                time.sleep(0.005)
                continue
            lane = item.place.lane
            with lock:
                if lane in busy:
                    clashes.append(lane)
                busy.add(lane)
            time.sleep(dice.uniform(0, 0.004))
            with lock:
                busy.discard(lane)
                seen[lane].append(int(item.content))
            inbox.done(item)

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not clashes
    assert dict(seen) == {lane: list(range(10)) for lane in lanes}
