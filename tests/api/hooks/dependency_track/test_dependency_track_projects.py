"""Projects: what uploads make of them, how they are changed, and what clients ask of them."""

from __future__ import annotations

import threading
import time
import uuid
from dataclasses import replace

import pytest

from lineage import flow
from lineage.record.token import Right, Tokens
from tests.api.hooks.dependency_track.sender import BOM, carries, done, encoded, put


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
    done(client, put(client, projectName="web", projectVersion="7.0", isLatest=True))
    done(
        client,
        put(client, projectName="web", projectVersion="main", bom=encoded(BOM | {"version": 2})),
    )
    assert carries(client, "web", "7.0") is not None, "a mark goes before a name"
    assert carries(client, "web", "main") is None


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
    assert done(client, by_id)["state"] == "done"
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
    assert done(client, back)["state"] == "done"
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
    for style in ({"page": 2, "limit": 2}, {"page": 2, "size": 2}):
        assert client.get("/api/v1/project", params=style).json() == page.json()
    beyond = client.get("/api/v1/project", params={"page": 9, "limit": 500})
    assert beyond.json() == [], "Jenkins asks for pages until one is empty"
    assert client.get("/api/v1/project", params={"name": "b"}).json()[0]["name"] == "b"
    version = client.get("/api/version").json()
    assert tuple(map(int, version["version"].split("."))) >= (4, 11, 0)
    assert client.get("/api/v1/team/self").json()["permissions"][0] == {"name": "BOM_UPLOAD"}
    for token in (uuid.uuid4(), "no-token", "%00"):
        told = client.get(f"/api/v1/event/token/{token}").json()
        assert told == {"processing": False, "state": "unknown", "errors": [], "revision": None}
    assert client.get("/api/v1/project/lookup", params={"name": "none"}).status_code == 404
    assert client.get("/api/v1/project/lookup", params={"name": "a\0"}).status_code == 400
    assert client.get("/api/v1/project/%00").status_code == 404


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


def test_a_project_is_its_name_and_version(client):
    first = put(client)
    done(client, first)
    url = f"/api/v1/project/{first.json()['projectUuid']}"
    assert client.patch(url, json={"name": "chat", "version": "1.4"}).status_code == 200
    for change in ({"name": "talk"}, {"version": "2"}):
        assert client.patch(url, json=change).status_code == 409
    record = client.app.state.house.record
    options = record.stream_options("dependency-track/chat", "default")
    record.set_stream("dependency-track/chat", replace(options, namespace="ml"), "default")
    assert done(client, put(client))["state"] == "done"
    assert carries(client, "chat") is not None
    moved = client.get("/api/v1/project/lookup", params={"name": "chat", "version": "1.4"})
    assert moved.json()["uuid"] == first.json()["projectUuid"], "that of the namespace now"
    record.set_stream("dependency-track/chat", replace(options, namespace="hr"), "default")
    several = client.get("/api/v1/project/lookup", params={"name": "chat", "version": "1.4"})
    assert several.status_code == 409
    assert "service:demo/chat@1.4, service:ml/chat@1.4" in several.text
