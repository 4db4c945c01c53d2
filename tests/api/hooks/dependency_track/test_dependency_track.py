"""Uploads as the clients of Dependency-Track send them, byte for byte where it matters."""

from __future__ import annotations

import base64
import gzip
import json
import threading
import time
import uuid

import pytest
import zstandard

from lineage import flow
from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.record.token import Right, Tokens

BOM = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
    "version": 1,
    "metadata": {"component": {"type": "application", "bom-ref": "app", "name": "chat-backend"}},
    "components": [
        {"type": "library", "bom-ref": "torch", "name": "torch", "version": "2.9.1",
         "purl": "pkg:pypi/torch@2.9.1"}
    ],
}  # fmt: skip
XML = (
    b'<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1">'
    b'<components><component type="library"><name>numpy</name><version>2.3.1</version>'
    b"<purl>pkg:pypi/numpy@2.3.1</purl></component></components></bom>"
)


def encoded(document):
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return base64.b64encode(content).decode()


def put(client, **fields):
    fields = {"projectName": "chat", "projectVersion": "1.4", "autoCreate": "true",
              "bom": encoded(BOM)} | fields  # fmt: skip
    given = {name: value for name, value in fields.items() if value is not None}
    return client.put("/api/v1/bom", json=given)


def done(client, response, path="event"):
    token = response.json()["token"]
    deadline = time.monotonic() + 30
    while True:
        told = client.get(f"/api/v1/{path}/token/{token}").json()
        if not told["processing"] or time.monotonic() > deadline:
            return told
        time.sleep(0.02)


def view(client):
    return client.app.state.house.handle.views.view(At())


def carries(client, name, version="1.4"):
    node = Key(f"service:demo/{name}@{version}")
    assembly = view(client).assemblies.get(node)
    return set(assembly.content.members) if assembly else None


def form(*parts, boundary="X-LINEAGE-BOUNDARY"):
    """A multipart body as it is on the wire: (name, value, filename, content type)."""
    lines = []
    for name, value, filename, media in parts:
        head = f'Content-Disposition: form-data; name="{name}"'
        head += f'; filename="{filename}"' if filename else ""
        head += f"\r\nContent-Type: {media}" if media else ""
        content = value if isinstance(value, bytes) else value.encode()
        lines.append(f"--{boundary}\r\n{head}\r\n\r\n".encode() + content + b"\r\n")
    return b"".join(lines) + f"--{boundary}--\r\n".encode(), {
        "Content-Type": f"multipart/form-data; boundary={boundary}"
    }


def post(client, *parts):
    content, headers = form(*parts)
    return client.post("/api/v1/bom", content=content, headers=headers)


def test_cdxgen_puts_json_with_a_text_for_a_flag(client):
    response = put(client, isLatest=False, projectTags=[{"name": "AI"}, {"name": "prod"}])
    assert response.status_code == 200
    body = response.json()
    assert set(body) == {"token", "projectUuid"}
    assert uuid.UUID(body["token"]).version == 7
    told = done(client, response)
    assert (told["processing"], told["status"], told["errors"]) == (False, "done", [])
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
    assert done(client, response, "bom")["status"] == "done"
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
    assert done(client, response)["status"] == "done"


def test_maven_sends_xml(client):
    response = post(
        client,
        ("projectName", "lib", None, None),
        ("projectVersion", "1.4", None, None),
        ("autoCreate", "true", None, None),
        ("bom", XML, "bom.xml", "application/octet-stream"),
    )
    assert done(client, response)["status"] == "done"
    assert carries(client, "lib") == {"pkg:pypi/numpy@2.3.1"}


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
    assert done(client, response)["status"] == "done"
    house = client.app.state.house
    small = house.settings.model_copy(update={"max_document": 4000})
    monkeypatch.setattr(house, "settings", small)
    bomb = pack(b" " * 10_000_000)
    if len(bomb) < 4000:
        refused = post(client, *parts, ("bom", bomb, "bom", media))
        assert refused.status_code == 400
        assert "too large" in refused.json()["detail"]
    broken = post(client, *parts, ("bom", packed[:-5], "bom", media))
    assert broken.status_code == 400


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
        ({"projectName": None}, 404, "The project could not be found."),
    ],
)
def test_what_is_asked_wrongly(client, fields, status, text):
    response = put(client, **fields)
    assert (response.status_code, text in response.text) == (status, True), response.text


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


def test_a_change_may_name_a_parent(client):
    parent, part = (put(client, projectName=name) for name in ("chat", "part"))
    done(client, parent)
    done(client, part)
    url = f"/api/v1/project/{part.json()['projectUuid']}"
    assert client.patch(url, json={"parent": {"uuid": str(uuid.uuid4())}}).status_code == 404
    told = client.patch(url, json={"parent": {"uuid": parent.json()["projectUuid"]}})
    assert told.status_code == 200
    assert "service:demo/part@1.4" in carries(client, "chat")


def test_a_parent_gets_the_project_as_member(client):
    done(client, put(client))
    response = put(client, projectName="part", parentName="chat", parentVersion="1.4")
    done(client, response)
    deadline = time.monotonic() + 20
    while "service:demo/part@1.4" not in carries(client, "chat") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert "service:demo/part@1.4" in carries(client, "chat")


def test_versions_stand_beside_each_other_and_main_counts_without_a_mark(client):
    for version in ("1.3", "1.4"):
        done(client, put(client, projectVersion=version))
    assert carries(client, "chat", "1.3") is None, "1.4 is later"
    done(client, put(client, projectName="web", projectVersion="7.0"))
    done(client, put(client, projectName="web", projectVersion="main"))
    done(client, put(client, projectName="web", projectVersion="feature-x"))
    assert carries(client, "web", "main") is not None
    assert carries(client, "web", "feature-x") is None


def test_the_same_upload_again_has_the_same_token_and_another_has_not(client):
    first = put(client)
    assert put(client).json() == first.json(), "while it waits or once it is done"
    done(client, first)
    again = put(client)
    assert again.json() == first.json()
    assert done(client, again)["status"] == "done"
    marked = put(client, isLatest=True)
    newer = put(client, bom=encoded(BOM | {"version": 2}))
    back = put(client)
    tokens = [one.json()["token"] for one in (first, marked, newer, back)]
    assert len(set(tokens)) == 4, "a mark, other bytes and a rollback are news"


def test_what_is_accepted_is_a_project_before_it_is_recorded(client, monkeypatch):
    keep, gate = flow.keep, threading.Event()

    def slow(record, sent):
        gate.wait(20)
        return keep(record, sent)

    monkeypatch.setattr(flow, "keep", slow)
    number = put(client).json()["projectUuid"]
    known = client.get("/api/v1/project/lookup", params={"name": "chat", "version": "1.4"})
    assert known.json()["uuid"] == number
    assert "lastBomImport" not in known.json(), "nothing is imported yet"
    member = put(client, projectName="part", parentUUID=number)
    assert member.status_code == 200
    by_id = put(client, project=number, projectName=None, autoCreate=None, isLatest=True)
    assert (by_id.status_code, by_id.json()["projectUuid"]) == (200, number)
    gate.set()
    assert done(client, by_id)["status"] == "done"
    done(client, member)
    assert client.get(f"/api/v1/project/{number}").json()["isLatest"] is True


def test_what_is_uploaded_before_a_deletion_is_recorded_before_it(client, monkeypatch):
    keep, gate = flow.keep, threading.Event()

    def slow(record, sent):
        gate.wait(20)
        return keep(record, sent)

    monkeypatch.setattr(flow, "keep", slow)
    settings = client.app.state.house.settings.model_copy(update={"inbox_wait": 0.05})
    monkeypatch.setattr(client.app.state.house, "settings", settings)
    first = put(client)
    number = first.json()["projectUuid"]
    later = client.delete(f"/api/v1/project/{number}")
    assert later.status_code == 202
    back = put(client)
    assert back.json()["token"] != first.json()["token"], "it comes after the deletion"
    gate.set()
    assert done(client, back)["status"] == "done"
    place = client.get(later.headers["location"]).json()
    assert (place["state"], place["kind"]) == ("done", "closing")
    revisions = [done(client, one)["revision"] for one in (first, back)]
    assert revisions[0] < place["revision"] < revisions[1]
    assert carries(client, "chat") is not None


def test_an_upload_may_say_that_its_project_is_inactive(client):
    done(client, put(client, isActive="false"))
    number = put(client, isActive=False).json()["projectUuid"]
    deadline = time.monotonic() + 20
    url = f"/api/v1/project/{number}"
    while client.get(url).json()["active"] and time.monotonic() < deadline:
        time.sleep(0.05)
    assert client.get(url).json()["active"] is False
    assert carries(client, "chat") is None
    back = client.patch(url, json={"active": "True"})
    assert (back.status_code, back.json()["active"]) == (200, True)
    assert carries(client, "chat") == {"framework:demo/chat-backend"}
    assert client.patch(url, json={"isLatest": True}).json()["isLatest"] is True
    assert client.patch(url, json={"active": "perhaps"}).status_code == 400


def test_what_is_inactive_or_deleted_is_said_no_longer(client):
    number = put(client)
    done(client, number)
    url = f"/api/v1/project/{number.json()['projectUuid']}"
    changed = client.patch(url, json={"isActive": False})
    assert (changed.status_code, changed.json()["active"]) == (200, False)
    assert carries(client, "chat") is None
    done(client, put(client))
    assert carries(client, "chat") is not None, "the same bytes bring it back"
    assert client.delete(url).status_code == 204
    assert carries(client, "chat") is None
    assert client.get(url).json()["active"] is False
    assert client.delete("/api/v1/project/nonsense").status_code == 404


def test_tags_are_replaced(client):
    response = put(client, projectTags="a, b")
    done(client, response)
    url = f"/api/v1/project/{response.json()['projectUuid']}"
    client.patch(url, json={"tags": [{"name": "c"}]})
    assert client.get(url).json()["tags"] == [{"name": "c"}]


def test_scanoss_waits_until_everything_is_analysed(client):
    response = put(client)
    done(client, response)
    number = response.json()["projectUuid"]
    project = client.get(f"/api/v1/project/{number}").json()
    imported = project["lastBomImport"]
    assert imported > 0
    assert project["lastVulnerabilityAnalysis"] >= imported
    assert project["metrics"]["lastOccurrence"] >= imported
    assert project["metrics"]["components"] == 1
    empty = put(client, projectName="empty", bom=encoded(BOM | {"components": []}))
    done(client, empty)
    empty = client.get(f"/api/v1/project/{empty.json()['projectUuid']}").json()
    assert empty["metrics"]["components"] == 0
    violations = client.get(f"/api/v1/violation/project/{number}")
    assert (violations.json(), violations.headers["x-total-count"]) == ([], "0")
    assert violations.headers["x-lineage-policies"] == "none"
    findings = client.get(f"/api/v1/finding/project/{number}", params={"pageSize": "100"})
    assert findings.json() == []


def test_lists_and_the_rest_of_what_clients_probe(client):
    for name in ("a", "b", "c"):
        done(client, put(client, projectName=name))
    page = client.get("/api/v1/project", params={"pageNumber": 2, "pageSize": 2})
    assert [one["name"] for one in page.json()] == ["c"]
    assert page.headers["x-total-count"] == "3"
    assert "Dependency-Track" in page.headers["x-powered-by"]
    assert client.get("/api/v1/project", params={"name": "b"}).json()[0]["name"] == "b"
    version = client.get("/api/version").json()
    assert tuple(map(int, version["version"].split("."))) >= (4, 11, 0)
    assert client.get("/api/v1/team/self").json()["permissions"][0] == {"name": "BOM_UPLOAD"}
    assert client.get(f"/api/v1/event/token/{uuid.uuid4()}").json()["processing"] is False
    assert client.get("/api/v1/project/lookup", params={"name": "none"}).status_code == 404


def test_a_token_that_may_not_write_there(client):
    tokens = Tokens(client.app.state.house.record.session)
    _, text = tokens.create(
        name="ci", tenant="default", rights=[Right.INGEST], streams=["dependency-track/chat"]
    )
    headers = {"X-API-Key": text}
    body = {"projectName": "chat", "projectVersion": "1", "autoCreate": True, "bom": encoded(BOM)}
    assert client.put("/api/v1/bom", json=body, headers=headers).status_code == 200
    other = client.put("/api/v1/bom", json=body | {"projectName": "web"}, headers=headers)
    assert (other.status_code, other.json()["title"]) == (403, "Project access denied")
    wrong = client.put("/api/v1/bom", json=body, headers={"X-Api-Key": "odt_x_y"})
    assert wrong.status_code == 401


@pytest.mark.parametrize("name", ["acme/chat", "Chat Ä@2", "a%2Fb", "chat?x#y", "a@b/c"])
def test_a_name_comes_back_as_it_was_given(client, name):
    response = put(client, projectName=name, projectVersion="feature/x@1")
    done(client, response)
    number = response.json()["projectUuid"]
    project = client.get(f"/api/v1/project/{number}").json()
    assert (project["name"], project["version"]) == (name, "feature/x@1")
    found = client.get("/api/v1/project/lookup", params={"name": name, "version": "feature/x@1"})
    assert found.json()["uuid"] == number
