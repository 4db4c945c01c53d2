"""A sender without a kind of its own says what an upload would say."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tests.api.hooks.webhook.far import Reply
from tests.api.hooks.webhook.payloads import bom


def published(**data):
    moment = datetime.now(UTC).isoformat()
    return {"type": "document.published", "timestamp": moment, "data": {"stream": "ci/chat"} | data}


@pytest.fixture
def hook(hooked, far):
    return hooked.hook("standard", far.address, credential="token", stream="ci/*")


def test_a_document_comes_with_the_delivery(hooked, hook):
    said = {
        "document": json.loads(bom("torch")), "branch": "main", "default": True, "latest": True,
        "part": "chat", "commit": "beef", "job": "https://ci.acme.example/7",
    }  # fmt: skip
    assert hooked.followed(hook, "", published(**said)).code == "FETCHED"
    ((where, kept),) = hooked.slots().items()
    assert where == ("ci/chat", "chat")
    assert (kept.branch, kept.default, kept.latest) == ("main", True, True)
    assert (kept.commit, kept.job) == ("beef", "https://ci.acme.example/7")


def test_a_document_is_fetched_with_the_credential_of_the_hook(hooked, hook, far):
    far.on("/boms/chat.cdx.json", Reply(body=bom("torch", subject=None)))
    said = {"url": f"{far.address}/boms/chat.cdx.json", "subject": "service:acme/chat@1.0"}
    assert hooked.followed(hook, "", published(**said)).code == "FETCHED"
    ((where, kept),) = hooked.slots().items()
    assert where == ("ci/chat", "chat.cdx.json")
    assert kept.subject == "service:acme/chat@1.0"
    assert far.asked[0][1]["authorization"] == "Bearer token"


def test_an_address_elsewhere_is_not_asked(hooked, hook, store):
    said = {"url": f"{store.address}/boms/chat.cdx.json"}
    place = hooked.followed(hook, "", published(**said))
    assert (place.state, place.code) == ("failed", "FETCH_INCOMPLETE")
    assert "LINEAGE_HOOK_HOSTS" in place.error
    assert store.asked == []


def test_a_stream_is_retired(hooked, hook):
    hooked.followed(hook, "", published(document=json.loads(bom("torch"))))
    gone = {"type": "stream.retired", "data": {"stream": "ci/chat"}}
    assert hooked.followed(hook, "", gone).code == "RETIRED"
    assert hooked.house.record.stream_options("ci/chat").retired


WRONG = [
    (published(), "data: it has a document, or a url, and one only"),
    (published(url="https://a.example/x", document={}), "one only"),
    (published(document=[]), "data.document: it is no object"),
    (published(document={}, default="yes"), "data.default: it is not true or false"),
    (published(document={}, subject="nonsense"), "data.subject: "),
    (published(document={}, labels=["x"]), "data.labels: there is no such field; known: "),
    (published(document={}, stream=""), "data.stream: it is no text"),
    ({"data": {}}, "type: it is no text"),
    ({"type": "document.published", "timestamp": "soon", "data": {"stream": "ci/a",
      "document": {}}}, "timestamp: it is no time"),
]  # fmt: skip


def test_what_is_wrong_is_told_with_its_path(hooked, hook):
    for payload, reason in WRONG:
        response = hooked.deliver(hook, "", payload)
        assert (response.status_code, response.json()["code"]) == (400, "DELIVERY_INVALID")
        assert reason in response.json()["detail"]


def test_other_types_and_other_streams_are_answered_with_a_word_why(hooked, hook):
    response = hooked.deliver(hook, "", {"type": "invoice.paid", "data": {}})
    assert (response.status_code, response.json()["state"]) == (200, "unwanted")
    response = hooked.deliver(hook, "", published(stream="github.com/x@main", document={}))
    assert response.status_code == 200
    assert response.json()["reason"] == "its stream is 'github.com/x@main', this hook is for 'ci/*'"
