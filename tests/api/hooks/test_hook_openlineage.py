"""The OpenLineage endpoint, asked as its own client asks."""

from __future__ import annotations

import gzip
import json
import threading
import time
from pathlib import Path

import pytest

from api.hooks.openlineage import post_event
from lineage import flow

SAMPLE = Path(__file__).parents[2] / "documents" / "openlineage" / "train.openlineage.json"
# The head of what openlineage-python 1.54 sends over its synchronous transport.
HEADERS = {
    "User-Agent": "python-requests/2.32.5",
    "Accept-Encoding": "gzip, deflate",
    "Accept": "*/*",
    "Connection": "keep-alive",
    "Content-Type": "application/json",
}
RUN = "run:ci/train@0196a0f1-3c3c-7a4b-9d61-5a0b3b7f9e01"


def event(**more):
    return {
        "eventTime": "2026-05-04T08:20:30Z",
        "eventType": "START",
        "producer": "https://acme.example",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": "0196a0f1-3c3c-7a4b-9d61-5a0b3b7f9e01"},
        "job": {"namespace": "ci", "name": "train"},
    } | more


def send(client, content, path="/api/v1/lineage", **headers):
    return client.post(path, content=content, headers=HEADERS | headers)


def finished(client, response):
    place = response.headers["location"]
    deadline = time.monotonic() + 30
    while (told := client.get(place).json())["finished"] is None and time.monotonic() < deadline:
        time.sleep(0.02)
    return told


def test_an_event_is_kept_before_it_is_answered_and_recorded_behind(client):
    response = send(client, SAMPLE.read_bytes())
    assert response.status_code == 201
    told = finished(client, response)
    assert (told["state"], told["kind"]) == ("done", "document")
    answer = client.get("/v1/provenance", params={"key": "pkg:huggingface/acme/chat@3"}).json()
    keys = json.dumps(answer)
    assert RUN in keys
    assert "dataset:pkg:huggingface/rajpurkar/squad@7b6d24c" in keys


def test_a_body_may_be_packed(client):
    packed = gzip.compress(json.dumps(event()).encode())
    assert send(client, packed, **{"Content-Encoding": "gzip"}).status_code == 201


def test_the_same_event_again_is_no_news(client):
    first = finished(client, send(client, json.dumps(event()).encode()))
    again = finished(client, send(client, json.dumps(event()).encode()))
    assert (first["code"], again["code"]) == (None, "UNCHANGED")
    assert again["revision"] == first["revision"]


def test_one_key_twice_is_one_event(client):
    body = json.dumps(event()).encode()
    key = {"Idempotency-Key": "e-1"}
    first, again = send(client, body, **key), send(client, body, **key)
    assert first.status_code == again.status_code == 201
    assert first.headers["location"] == again.headers["location"]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"{", 400, "DOCUMENT_REFUSED"),
        (b"", 400, "BODY_INVALID"),
        (b"[]", 400, "DOCUMENT_REFUSED"),
        (json.dumps(event(eventTime="x")).encode(), 400, "DOCUMENT_REFUSED"),
        (b'{"eventTime": "2026-05-04T08:20:30Z", "eventTime": "x"}', 400, "DOCUMENT_REFUSED"),
    ],
)
def test_what_can_never_be_right_is_400(client, content, status, code):
    response = send(client, content)
    assert (response.status_code, response.json()["code"]) == (status, code)


def test_what_is_no_json_is_415(client):
    assert send(client, b"x", **{"Content-Type": "text/plain"}).status_code == 415


def test_a_full_inbox_is_503_and_says_when(client, monkeypatch):
    monkeypatch.setattr(client.app.state.desk.inbox._room, "_rows", 0)
    response = send(client, json.dumps(event()).encode())
    assert response.status_code == 503
    assert response.headers["retry-after"] == "5"


def test_a_batch(client):
    events = [event(), event(eventType="COMPLETE", eventTime="2026-05-04T08:30:00Z")]
    whole = send(client, json.dumps(events).encode(), "/api/v1/lineage/batch")
    assert (whole.status_code, whole.content) == (204, b"")
    part = send(client, json.dumps([*events, {"job": 3}, 7]).encode(), "/api/v1/lineage/batch")
    assert part.status_code == 200
    told = part.json()
    assert told["summary"] == {
        "received": 4, "successful": 2, "failed": 2, "retriable": 0, "non_retriable": 2,
    }  # fmt: skip
    assert [one["index"] for one in told["failed_events"]] == [2, 3]
    bad = send(client, b'{"events": []}', "/api/v1/lineage/batch")
    assert bad.status_code == 400


def test_events_of_a_batch_are_kept_as_they_were_sent(client):
    one = json.dumps(event(), indent=1).encode()
    twice = b'{"eventTime": "2026-05-04T08:20:30Z", "eventTime": "x"}'
    part = send(client, b" [" + one + b" ,\n" + twice + b"]\n", "/api/v1/lineage/batch")
    (failed,) = part.json()["failed_events"]
    assert (failed["index"], failed["retriable"]) == (1, False)
    assert "twice" in failed["reason"]
    (place,) = client.app.state.desk.inbox.places("default")
    assert place.size == len(one)


@pytest.mark.parametrize(
    "body", [b"", b"[", b"[1 2]", b"[1,]", b"[,1]", b"[1],[2]", b"7", b"[" * 99_999 + b"]" * 99_999]
)
def test_what_is_no_batch_is_400(client, body):
    refused = send(client, body, "/api/v1/lineage/batch")
    assert (refused.status_code, refused.json()["code"]) == (400, "BODY_INVALID")


def test_a_batch_before_a_full_inbox(client, monkeypatch):
    inbox = client.app.state.desk.inbox
    monkeypatch.setattr(inbox._room, "_rows", 0)
    full = send(client, json.dumps([event()]).encode(), "/api/v1/lineage/batch")
    assert (full.status_code, full.headers["retry-after"]) == (503, "5")
    told = client.get("/metrics").text
    assert 'lineage_refusals_total{code="INBOX_FULL",route="/api/v1/lineage/batch"} 1.0' in told


def test_people_do_not_wait_behind_events(client, monkeypatch):
    keep, gate = flow.keep, threading.Event()

    def slow(record, sent):
        if sent.reader == "openlineage":
            gate.wait(30)
        return keep(record, sent)

    monkeypatch.setattr(flow, "keep", slow)
    for number in range(20):
        job = {"namespace": "ci", "name": f"train-{number}"}
        assert send(client, json.dumps(event(job=job)).encode()).status_code == 201
    begin = time.monotonic()
    lock = client.post("/v1/documents", content=b"torch==2.9.1\n", params={"name": "a.txt"})
    took = time.monotonic() - begin
    counts = client.app.state.desk.inbox.counts("default")
    gate.set()
    assert lock.status_code == 201, "its receipt, while every hand for events is held up"
    assert took < 10
    assert counts["waiting"] > 0


def test_the_endpoints_say_what_they_do(client):
    paths = client.get("/openapi.json").json()["paths"]
    assert paths["/api/v1/lineage"]["post"]["description"] == post_event.__doc__
