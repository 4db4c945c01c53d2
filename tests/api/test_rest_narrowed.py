"""Over REST: rows of answers narrowed by the one grammar, tags, and what files cannot say."""

from __future__ import annotations

import csv
import io
import json
import threading
import time
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.house import House
from api.rest import waiting
from lineage.flow import set_property
from lineage.record.stream import StreamOptions
from queries.asking import questions
from queries.narrowed import sieve_of

LINEAGE = {"key": "chat", "dependence": "true"}
ASKED: dict[str, tuple[dict[str, str], dict[str, Any], str]] = {
    "impact": ({"key": "CUDA 12", "to": "13"}, {"verdict": "BREAKS"}, "affected"),
    "provenance": (
        LINEAGE, {"kind": ["model", "dataset"]}, "upstream",
    ),
}  # fmt: skip


def test_every_answer_whose_rows_can_be_narrowed_is_tried() -> None:
    assert {name for name, one in questions().items() if sieve_of(one.answer)} == ASKED.keys()


@pytest.mark.parametrize("name", ASKED)
def test_rows_are_narrowed_in_every_form_and_nothing_else_is(client: TestClient, name: str) -> None:
    given, where, rows = ASKED[name]
    whole = client.get(f"/v1/{name}", params=given).json()
    ((term, wanted),) = where.items()
    wanted = wanted if isinstance(wanted, list) else [wanted]
    expected = [row for row in whole[rows] if row[term] in wanted]
    assert 0 < len(expected) < len(whole[rows])
    asked = {**given, "where": json.dumps(where)}
    found = client.get(f"/v1/{name}", params=asked).json()
    told = {"where": where, "order_by": [], "total": len(expected), "whole": len(whole[rows]),
            "cannot_compare": 0}  # fmt: skip
    assert found == {**whole, rows: expected, "narrowed": told}
    posted = {**given, "where": where} | ({"dependence": True} if "dependence" in given else {})
    assert client.post(f"/v1/ask/{name}", json=posted).json() == found
    lines = client.get(f"/v1/{name}.ndjson", params=asked)
    assert [json.loads(line) for line in lines.text.splitlines()] == expected
    assert lines.headers["lineage-total"] == str(len(expected))
    table = list(csv.DictReader(io.StringIO(client.get(f"/v1/{name}.csv", params=asked).text)))
    assert [row["key"] for row in table] == [row["key"] for row in expected]
    page = client.get(f"/v1/{name}.md", params=asked).text
    assert f"{len(expected)} of {len(whole[rows])} rows are shown" in page


def test_rows_are_ordered(client: TestClient) -> None:
    given = {"key": "CUDA 12", "order_by": ["-depth", "name"]}
    found = client.get("/v1/impact", params=given).json()["affected"]
    places = [(1 - len(row["path"]), row["name"]) for row in found]
    assert places == sorted(places)
    upstream = client.get("/v1/provenance", params=LINEAGE | {"order_by": "-depth"}).json()
    depths = [row["depth"] for row in upstream["upstream"]]
    assert depths == sorted(depths, reverse=True)
    assert len(set(depths)) > 1


@pytest.mark.parametrize("where", [{"edge": "contains"}, {"inside": None}, {"depth": {"le": 1}}])
def test_a_lineage_is_narrowed_by_its_own_terms(client: TestClient, where: dict[str, Any]) -> None:
    given = LINEAGE
    whole = client.get("/v1/provenance", params=given).json()["upstream"]
    own: dict[str, Any] = {
        "edge": lambda row: row["hop"] and row["hop"]["edge"] == "contains",
        "inside": lambda row: not row["assemblies"],
        "depth": lambda row: row["depth"] <= 1,
    }
    holds = own[next(iter(where))]
    found = client.get("/v1/provenance", params={**given, "where": json.dumps(where)}).json()
    expected = [row for row in whole if holds(row)]
    assert found["upstream"] == expected
    assert 0 < len(expected) < len(whole)


def test_what_an_archived_assembly_says_is_known_of_its_row(
    client: TestClient, house: House
) -> None:
    archived = "service:demo/chat@1.1"
    lock = b'{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "library",'
    lock += (
        b'"bom-ref": "t", "name": "torch", "version": "2.9.1", "purl": "pkg:pypi/torch@2.9.1"}]}'
    )
    got = client.post(
        "/v1/documents", params={"subject": archived, "latest": "false"}, content=lock
    )
    assert got.status_code == 201, got.text
    set_property(house.record, archived, "owner", "the old team")
    given = {"key": "torch", "to": "3", "assembly": archived}
    where = json.dumps({"assembly": {"owner": "the old team"}})
    found = client.get("/v1/impact", params={**given, "where": where}).json()
    assert found["narrowed"]["total"] == len(found["affected"]) > 0
    assert {row["assembly"] for row in found["affected"]} == {archived}


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ('/v1/impact?key=CUDA%2012&where={"colour":1}', "WHERE_INVALID"),
        ("/v1/impact.csv?key=CUDA%2012&where={", "WHERE_INVALID"),
        ("/v1/impact?key=CUDA%2012&order_by=colour", "WHERE_INVALID"),
        ('/v1/provenance?key=chat&where={"verdict":"BREAKS"}', "WHERE_INVALID"),
        ('/v1/search?text=chat&where={"kind":"model"}', "PARAMETER_INVALID"),
    ],
)
def test_a_filter_that_cannot_be_is_refused(client: TestClient, path: str, code: str) -> None:
    got = client.get(path)
    assert (got.status_code, got.json()["code"]) == (400, code), got.text


def test_a_file_says_beside_it_what_the_filter_cannot_say(client: TestClient) -> None:
    where = json.dumps({"version": {"range": ">=1", "scheme": "semver"}})
    page = client.get("/v1/components", params={"where": where}).json()
    assert page["cannot_compare"] > 0
    for form in ("csv", "ndjson"):
        headers = client.get(f"/v1/components.{form}", params={"where": where}).headers
        for name in ("total", "cannot_compare", "left_to_knowledge", "archived"):
            assert headers[f"lineage-{name.replace('_', '-')}"] == str(page[name])


TAGGED = ["/v1/impact?key=CUDA%2012", "/v1/components.csv", "/v1/changes", "/v1/search.md?text=t",
          '/v1/impact?key=CUDA%2012&where={"kind":"model"}']  # fmt: skip


@pytest.mark.parametrize("path", TAGGED)
def test_an_unchanged_answer_is_not_sent_again(client: TestClient, house: House, path: str) -> None:
    first = client.get(path)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    for known in (tag, f'"other", {tag}', tag.removeprefix("W/"), "*"):
        again = client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    set_property(house.record, "service:demo/chat@1.2", "owner", "somebody else")
    fresh = client.get(path, headers={"If-None-Match": tag})
    assert fresh.status_code == 200
    assert fresh.headers["etag"] != tag


def test_every_question_and_form_has_a_tag_of_its_own(client: TestClient) -> None:
    tags = [client.get(path).headers["etag"] for path in (*TAGGED, "/v1/components.ndjson")]
    assert len(set(tags)) == len(tags)


def test_a_past_answer_keeps_its_tag_and_what_moves_by_itself_another(
    client: TestClient, house: House
) -> None:
    path = "/v1/components.csv?as_of=3"
    tag = client.get(path).headers["etag"]
    assert client.get("/v1/components.csv").headers["etag"] != tag
    set_property(house.record, "service:demo/chat@1.2", "owner", "somebody else")
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    tags = []
    for step in (
        lambda: None,
        lambda: set_property(house.record, "service:demo/chat@1.2", "owner", "somebody else"),
        lambda: house.record.set_stream("set/service:demo/chat", StreamOptions(retired=True)),
        lambda: set_property(house.record, "service:demo/chat@1.2", "owner", "ann"),
    ):
        step()
        for path in ("/v1/streams", "/v1/streams.csv", "/graphql?query={streams{totalCount}}"):
            known = {"If-None-Match": ", ".join(tags)}
            fresh = client.get(path, headers=known)
            assert fresh.status_code == 200, "it has moved, with a revision or without"
            tags.append(fresh.headers["etag"])
            again = client.get(path, headers={"If-None-Match": tags[-1]})
            assert (again.status_code, again.content) == (304, b"")
    assert len(set(tags)) == len(tags)


def test_one_thread_looks_for_all_who_wait(client: TestClient, house: House) -> None:
    seen: list[tuple[int, list[int]]] = []
    begin = time.monotonic()

    def wait(after: int) -> None:
        got = client.get("/v1/changes", params={"after": after, "wait": 20}).json()
        seen.append((after, [row["number"] for row in got["rows"]]))

    waiting_now = [threading.Thread(target=wait, args=(after,)) for after in (4, 4, 5, 4, 5)]
    for thread in waiting_now:
        thread.start()
    deadline = time.monotonic() + 10
    while sum(t.name == "doorstep" for t in threading.enumerate()) == 0:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    time.sleep(0.2)
    assert sum(thread.name == "doorstep" for thread in threading.enumerate()) == 1
    for owner in ("ann", "bob"):
        set_property(house.record, "service:demo/chat@1.2", "owner", owner)
    for thread in waiting_now:
        thread.join()
    assert time.monotonic() - begin < 15
    assert [one for one in seen if one[0] == 5] == [(5, [6])] * 2
    assert all(found[0] == 5 for after, found in seen if after == 4)
    deadline = time.monotonic() + 10 + 2 * waiting._LOOK
    while any(thread.name == "doorstep" for thread in threading.enumerate()):
        assert time.monotonic() < deadline, "nobody waits, and it still looks"
        time.sleep(0.05)


def test_who_waits_keeps_nobody_from_an_answer(client: TestClient, house: House) -> None:
    paths = ["/v1/changes?after=4&wait=20", "/v1/changes?after=4&at_least=4&wait=20"]
    found: list[int] = []

    def wait(path: str) -> None:
        found.append(len(client.get(path).json()["rows"]))

    threads = [threading.Thread(target=wait, args=(paths[at % 2],)) for at in range(60)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)  # more than there are threads for answers are waiting by now
    begin = time.monotonic()
    assert client.get("/v1/components").status_code == 200
    assert time.monotonic() - begin < 5
    assert not found
    set_property(house.record, "service:demo/chat@1.2", "owner", "ann")
    for thread in threads:
        thread.join()
    assert found == [1] * 60


def test_who_waits_is_told_of_a_failure_and_others_can_wait_again(
    client: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("the database is gone")

    with monkeypatch.context() as patch:
        patch.setattr(House, "awaited", broken)
        with pytest.raises(OSError, match="gone"):
            client.get("/v1/changes", params={"after": 4, "wait": 5})
    found = client.get("/v1/changes", params={"after": 4, "wait": 0.1}).json()
    assert found["rows"] == []


def test_a_revision_that_does_not_come_is_stale_once_it_was_waited_for(client: TestClient) -> None:
    begin = time.process_time(), time.monotonic()
    got = client.get("/v1/components", params={"at_least": 99})
    assert (got.status_code, got.json()["code"]) == (412, "STALE")
    assert 0.15 < time.monotonic() - begin[1] < 3  # at_least_wait is 0.2 here, once
