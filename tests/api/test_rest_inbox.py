"""Uploads through the inbox: kept first, answered when recorded, once under one key."""

from __future__ import annotations

import re
import threading
import time

import pytest

from api.inbox.desk import Desk
from api.inbox.document import record, told, upload_of
from lineage import flow
from lineage.model.document import Upload
from lineage.model.identity import Key
from lineage.record import inbox
from lineage.record.arrival import Arrival
from tests import houses


def post(client, content, **more):
    return client.post("/v1/documents", content=content, params={"name": "a.txt"}, **more)


def lock(version):
    return f"torch=={version}\n".encode()


def test_an_upload_is_told_whole():
    upload = Upload(
        content=b"x", name="a", subject=Key("service:acme/chat@1"), stream="s", part="p",
        branch="b", default=False, latest=False, commit="c", job="j", principal="me", client="cl",
        tenant="acme", lenient=True, format="requirements",
    )  # fmt: skip
    assert upload_of(told(upload), b"x", "acme") == upload
    bare = Upload(content=b"x")
    assert upload_of(told(bare), b"x", "default") == bare


def test_the_answer_is_the_receipt(client):
    first = post(client, lock("2.9.1"))
    assert first.status_code == 201
    again = post(client, lock("2.9.1"))
    assert again.status_code == 200
    assert again.json() == first.json() | {"unchanged": True}
    assert client.get(first.headers["location"]).json()["id"] == first.json()["id"]
    desk = client.app.state.desk
    states = [place.state for place in desk.inbox.places("default")]
    assert states == ["done", "done"]


def test_what_takes_long_is_told_where_to_look(client, monkeypatch):
    keep, gate = flow.keep, threading.Event()

    def slow(record, sent):
        gate.wait(20)
        return keep(record, sent)

    monkeypatch.setattr(flow, "keep", slow)
    settings = client.app.state.house.settings.model_copy(update={"inbox_wait": 0.05})
    monkeypatch.setattr(client.app.state.house, "settings", settings)
    response = post(client, lock("2.9.2"))
    assert response.status_code == 202
    assert response.json()["state"] in ("waiting", "working")
    place = response.headers["location"]
    assert client.get(place).json()["receipt"] is None
    items, age = inbox_metrics(client)
    assert items["waiting"] + items["working"] == 1
    assert age > 0
    gate.set()
    deadline = time.monotonic() + 20
    while client.get(place).json()["state"] != "done" and time.monotonic() < deadline:
        time.sleep(0.02)
    told_now = client.get(place).json()
    assert client.get(f"/v1/receipts/{told_now['receipt']}").json()["format"] == "requirements"
    items, age = inbox_metrics(client)
    assert (items["done"], items["waiting"] + items["working"], age) == (1, 0, 0)


def inbox_metrics(client):
    """Documents in the inbox by state, and the age of the oldest of those not worked off."""
    told = client.get("/metrics").text
    found = re.findall(r'lineage_inbox_items{kind="document",state="(\w+)"} (\S+)', told)
    age = re.search(r'lineage_inbox_oldest_seconds{kind="document"} (\S+)', told)
    return {state: float(count) for state, count in found}, float(age[1])


def test_an_idempotency_key_gives_the_same_answer(client):
    quoted, bare = {"Idempotency-Key": '"8e03"'}, {"Idempotency-Key": "8e03"}
    first = post(client, lock("2.9.3"), headers=quoted)
    post(client, lock("2.9.4"))
    again = post(client, lock("2.9.3"), headers=bare)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    revision = client.get("/v1/revision").json()["revision"]["number"]
    assert revision == first.json()["revision"] + 1, "the older bytes were not recorded again"
    other = post(client, lock("2.9.5"), headers=quoted)
    assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert post(client, lock("1"), headers={"Idempotency-Key": b"\xfc"}).status_code == 400


def test_two_requests_under_one_key_at_once(client, monkeypatch):
    keep, gate = flow.keep, threading.Event()

    def slow(record, sent):
        gate.wait(20)
        return keep(record, sent)

    monkeypatch.setattr(flow, "keep", slow)
    settings = client.app.state.house.settings.model_copy(update={"inbox_wait": 0.05})
    monkeypatch.setattr(client.app.state.house, "settings", settings)
    key = {"Idempotency-Key": "k"}
    assert post(client, lock("2.9.6"), headers=key).status_code == 202
    running = post(client, lock("2.9.6"), headers=key)
    gate.set()
    assert (running.status_code, running.json()["code"]) == (409, "IDEMPOTENCY_KEY_RUNNING")
    assert running.headers["retry-after"]


def test_what_is_refused_is_refused_before_it_is_kept(client):
    before = len(client.app.state.desk.inbox.places("default"))
    refused = client.post("/v1/documents", content=b'{"bomFormat": "CycloneDX"}')
    assert refused.status_code == 422
    assert len(client.app.state.desk.inbox.places("default")) == before


def test_a_full_inbox_asks_for_patience(client, monkeypatch):
    monkeypatch.setattr(client.app.state.desk.inbox._room, "_rows", 0)
    full = post(client, lock("2.9.7"))
    assert (full.status_code, full.json()["code"]) == (503, "INBOX_FULL")
    assert int(full.headers["retry-after"]) > 0


@pytest.mark.parametrize("number", ["0", "00000000-0000-7000-8000-000000000000", "x" * 300])
def test_an_item_that_nobody_knows(client, number):
    assert client.get(f"/v1/inbox/{number}").status_code == 404


def test_failures_pass_or_are_final(tmp_path, monkeypatch):
    """A process that fails for a while is tried again; one that always does is given up."""
    house, tries = houses.open_at(tmp_path / "l.db", create=True), []

    def process(task):
        tries.append(task.item.content)
        if task.item.content == b"passing" and tries.count(b"passing") < 2:
            raise OSError("the disk is full")
        if task.item.content == b"broken":
            raise ZeroDivisionError

    desk = Desk(house, {"odd": process})
    monkeypatch.setattr(inbox, "_BACK_OFF", (0.01,))
    ids = [
        desk.accept(
            Arrival(tenant="default", lane=text, kind=kind, content=text.encode(), told={})
        ).place.id
        for text, kind in (("passing", "odd"), ("broken", "odd"), ("foreign", "unheard of"))
    ]
    places = [desk.wait(number, "default", 30) for number in ids]
    desk.close()
    house.record.close()
    assert [(one.state, one.code, one.attempts) for one in places] == [
        ("done", None, 2),
        ("failed", "INTERNAL", 3),
        ("failed", "KIND_UNKNOWN", 1),
    ]


def test_what_was_in_hand_when_a_process_died_is_worked_off_by_the_next(tmp_path):
    house = houses.open_at(tmp_path / "l.db", create=True)
    dead = Desk(house, {})
    sent = Upload(content=lock("2.9.8"), name="a.txt", tenant="default")
    judged = flow.judge(house.record, sent)
    arrival = Arrival(
        tenant="default", lane=judged.stream, kind="document", content=sent.content,
        told=told(sent),
    )  # fmt: skip
    number = dead.inbox.accept(arrival).place.id
    host = dead._worker.rpartition(":")[0].rpartition(":")[0]
    item = dead.inbox.take(f"{host}:999999999:beef")
    flow.receive(house.record, sent)  # it died after this and before it said so
    head = house.head().number
    desk = Desk(house, {"document": record})
    desk.start()
    place = desk.wait(number, "default", 30)
    desk.close()
    assert item.place.id == number
    assert (place.state, place.unchanged, place.revision) == ("done", True, head)
    assert house.head().number == head
    house.record.close()
