"""Uploads as the clients of Dependency-Track send them, byte for byte where it matters."""

from __future__ import annotations

import gzip
import json
import uuid

import pytest
import zstandard

from lineage.model.identity import Key
from tests.api.hooks.dependency_track.sender import (
    BOM,
    XML,
    carries,
    done,
    encoded,
    post,
    put,
    view,
)


def test_cdxgen_puts_json_with_a_text_for_a_flag(client):
    response = put(client, isLatest=False, projectTags=[{"name": "AI"}, {"name": "prod"}])
    assert response.status_code == 200
    body = response.json()
    assert set(body) == {"token", "projectUuid"}
    assert uuid.UUID(body["token"]).version == 7
    told = done(client, response)
    assert (told["processing"], told["status"], told["errors"]) == (False, "COMPLETED", [])
    assert carries(client, "chat") == {"framework:demo/chat-backend"}
    project = client.get(f"/api/v1/project/{body['projectUuid']}").json()
    assert project["name"], project["version"] == ("chat", "1.4")
    assert project["tags"] == [{"name": "ai"}, {"name": "prod"}]
    values = view(client).values[Key("service:demo/chat@1.4")]
    assert {value.value for value in values if value.name == "tag"} == {"ai", "prod"}


def test_owasp_dependency_track_client_posts_a_capital_true(client):
    response = post(
        client,
        ("projectName", "chat", None, "text/plain"),
        ("projectVersion", "2.0", None, "text/plain"),
        ("autoCreate", "True", None, "text/plain"),
        ("isLatest", "True", None, "text/plain"),
        ("bom", json.dumps(BOM), "bom.json", "application/octet-stream"),
    )
    assert response.status_code == 200
    assert done(client, response, "bom")["state"] == "done"
    project = client.get("/api/v1/project/lookup", params={"name": "chat", "version": "2.0"}).json()
    assert project["uuid"] == response.json()["projectUuid"]
    assert project["isLatest"] is True


def test_jenkins_posts_a_large_part_without_a_filename(client):
    large = dict(BOM, properties=[{"name": "filler", "value": "x" * 1_500_000}])
    response = post(
        client,
        ("bom", json.dumps(large), None, None),
        ("projectName", "chat", None, None),
        ("projectVersion", "main", None, None),
        ("autoCreate", "true", None, None),
    )
    assert response.status_code == 200
    assert done(client, response)["state"] == "done"


def test_maven_sends_xml(client):
    response = post(
        client,
        ("projectName", "lib", None, None),
        ("projectVersion", "1.4", None, None),
        ("autoCreate", "true", None, None),
        ("bom", XML, "bom.xml", "application/octet-stream"),
    )
    assert done(client, response)["state"] == "done"
    assert carries(client, "lib") == {"pkg:pypi/numpy@2.3.1"}


def test_client_go_calls_the_mark_by_another_name(client):
    response = put(client, autoCreate=True, isLatestProjectVersion=True, isLatest=None)
    done(client, response)
    project = client.get(f"/api/v1/project/{response.json()['projectUuid']}").json()
    assert project["isLatest"] is True


def test_the_action_of_github_and_curl_with_the_text_itself(client):
    common = (
        ("projectName", "lib", None, None), ("projectVersion", "1.4", None, None),
        ("autoCreate", "true", None, None), ("projectTags", "a,B , ", None, None),
        ("isLatest", "true", None, None), ("parentName", "", None, None),
    )  # fmt: skip
    action = post(client, *common, ("bom", XML, "bom", "application/octet-stream"))
    assert done(client, action)["state"] == "done"
    curl = post(client, *common, ("bom", XML, None, None))
    assert curl.json() == action.json(), "the same document, whichever way it comes"
    project = client.get(f"/api/v1/project/{action.json()['projectUuid']}").json()
    assert [one["name"] for one in project["tags"]] == ["a", "b"]


@pytest.mark.parametrize(
    ("pack", "media"),
    [(gzip.compress, "application/gzip"), (gzip.compress, "application/x-gzip"),
     (zstandard.compress, "application/zstd")],
)  # fmt: skip
def test_a_part_may_be_packed_and_has_a_cap(client, pack, media, monkeypatch):
    parts = (
        ("projectName", "packed", None, None), ("projectVersion", "1.4", None, None),
        ("autoCreate", "true", None, None),
    )  # fmt: skip
    packed = pack(b"\xef\xbb\xbf" + json.dumps(BOM).encode())
    response = post(client, *parts, ("bom", packed, "bom", media))
    assert done(client, response)["state"] == "done"
    house = client.app.state.house
    small = house.settings.model_copy(update={"max_document": 20_000})
    monkeypatch.setattr(house, "settings", small)
    bomb = pack(b" " * 10_000_000)
    assert len(bomb) < 20_000
    refused = post(client, *parts, ("bom", bomb, "bom", media))
    assert (refused.status_code, refused.json()["code"]) == (413, "DOCUMENT_TOO_LARGE")
    broken = post(client, *parts, ("bom", packed[:-5], "bom", media))
    assert (broken.status_code, broken.json()[0]["path"]) == (400, "bom"), broken.text


def test_an_invalid_document_is_refused_in_the_words_that_clients_know(client):
    bad = dict(BOM, components=[{"type": "gadget", "name": "x"}])
    response = put(client, bom=encoded(bad))
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert (body["status"], body["title"], body["detail"]) == (
        400, "The uploaded BOM is invalid", "Schema validation failed",
    )  # fmt: skip
    assert body["errors"][0].startswith("$.components[0].type: ")
    second = XML.replace(b"<component ", b"<gadget/><component ")
    body = put(client, bom=encoded(second)).json()
    assert body["detail"] == "Schema validation failed"
    assert "gadget" in body["errors"][0]


@pytest.mark.parametrize(
    ("document", "detail"),
    [
        ({"spdxVersion": "SPDX-2.3"}, "Unable to determine schema version from JSON"),
        (
            {"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": []},
            "Unable to determine schema version from JSON",
        ),
        (b"SPDXVersion: SPDX-2.3\n", "BOM is neither valid JSON nor XML"),
        (b"<rdf:RDF xmlns:rdf='urn:x'/>", "Unable to determine schema version from XML"),
        (b"<bom", "BOM is neither valid JSON nor XML"),
        ([1], "BOM is neither valid JSON nor XML"),
        (BOM | {"specVersion": "9.9"}, "Unrecognized specVersion 9.9"),
        (json.dumps(BOM).encode() + b" x", "BOM is neither valid JSON nor XML"),
    ],
)
def test_what_is_no_cyclonedx_is_refused_in_their_words(client, document, detail):
    refused = put(client, bom=encoded(document))
    assert refused.status_code == 400
    body = refused.json()
    assert (body["title"], body["detail"]) == ("The uploaded BOM is invalid", detail)
    assert body["errors"]
    assert client.get("/api/v1/project").json() == []


@pytest.mark.parametrize(
    ("fields", "status", "text"),
    [
        ({"bom": None}, 400, "must not be blank"),
        ({"bom": "%%%="}, 400, "Base64"),
        ({"bom": encoded(BOM)[:-1]}, 400, "Base64"),
        ({"project": "no-uuid"}, 400, "36 character UUID"),
        ({"autoCreate": "perhaps"}, 400, "neither true nor false"),
        ({"projectTags": [{"title": "x"}]}, 400, "a tag has no name"),
        ({"autoCreate": None}, 404, "The project could not be found."),
        ({"project": str(uuid.uuid4())}, 404, "The project could not be found."),
        ({"parentUUID": str(uuid.uuid4())}, 404, "The parent component could not be found."),
        ({"parentName": "none"}, 404, "The parent component could not be found."),
        ({"projectName": "x" * 600}, 400, "projectName"),
        ({"projectName": "a\0b"}, 400, "projectName"),
        ({"projectTags": ["a\0b"]}, 400, "projectTags"),
        ({"projectTags": ["x" * 70_000]}, 400, "projectTags"),
        ({"projectName": None}, 404, "The project could not be found."),
    ],
)
def test_what_is_asked_wrongly(client, fields, status, text):
    response = put(client, **fields)
    assert (response.status_code, text in response.text) == (status, True), response.text
    assert client.app.state.desk.inbox.places("default") == (), "nothing of it is kept"


def test_no_bom_at_all_and_no_json(client):
    response = post(client, ("projectName", "x", None, None), ("autoCreate", "true", None, None))
    assert (response.status_code, response.text) == (400, "No BOM file provided.")
    assert client.put("/api/v1/bom", content=b"{", headers={}).status_code == 400
    assert client.put("/api/v1/bom", json=[1]).status_code == 400
    broken = client.post(
        "/api/v1/bom", content=b"x", headers={"Content-Type": "multipart/form-data"}
    )
    assert broken.status_code == 400


def test_the_same_bytes_again_are_no_news_and_a_rollback_is(client):
    first = done(client, put(client))
    again = done(client, put(client))
    assert again["revision"] == first["revision"]
    newer = dict(BOM, version=2)
    second = done(client, put(client, bom=encoded(newer)))
    back = done(client, put(client))
    assert first["revision"] < second["revision"] < back["revision"]


def test_the_same_upload_again_has_the_same_token_and_another_has_not(client):
    first = put(client)
    assert put(client).json() == first.json(), "while it waits or once it is done"
    done(client, first)
    again = put(client)
    assert again.json() == first.json()
    assert done(client, again)["state"] == "done"
    marked = put(client, isLatest=True)
    newer = put(client, bom=encoded(BOM | {"version": 2}))
    back = put(client)
    tokens = [one.json()["token"] for one in (first, marked, newer, back)]
    assert len(set(tokens)) == 4, "a mark, other bytes and a rollback are news"


def test_a_document_in_json_has_a_limit_and_says_how_to_send_more(client):
    refused = put(client, bom="A" * 20_000_004)
    assert (refused.status_code, refused.headers["content-type"]) == (
        400, "application/problem+json",
    )  # fmt: skip
    assert "too large" in refused.json()["detail"]
    assert "use POST" in refused.json()["detail"]


def test_a_form_is_bounded_as_a_whole(client, monkeypatch):
    house = client.app.state.house
    small = house.settings.model_copy(update={"max_document": 4000})
    monkeypatch.setattr(house, "settings", small)
    fields = [("projectName", "chat", None, None), ("autoCreate", "true", None, None)]
    for name, filename in (("bom", "bom.json"), ("bom", None), ("other", "x"), ("other", None)):
        refused = post(client, *fields, (name, b" " * 2_000_000, filename, None))
        assert refused.status_code in (400, 413), (name, filename)
        assert client.get("/api/v1/project").json() == []
    twice = post(client, *fields, ("projectName", "talk", None, None))
    assert (twice.status_code, twice.json()[0]["path"]) == (400, "projectName")


def test_a_full_inbox_says_when_to_come_again(client, monkeypatch):
    monkeypatch.setattr(client.app.state.desk.inbox._room, "_rows", 0)
    full = put(client, projectTags=["a"])
    assert (full.status_code, full.headers["retry-after"]) == (503, "5")
    assert client.app.state.desk.inbox.places("default") == ()
