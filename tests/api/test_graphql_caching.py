"""Tags, trusted documents, codings, other origins: what an answer is sent with."""

from __future__ import annotations

import gzip
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

import pytest
import zstandard
from graphql import parse, print_ast
from starlette.testclient import TestClient

from api.answers import Answers
from api.app import create_app
from api.coding import coding_of
from api.graphql.published import published
from api.settings import settings
from lineage.errors import SettingInvalidError
from lineage.model.document import Upload
from lineage.record.stream import StreamOptions
from tests.houses import ESTATE, copy_of, open_at

QUERY = "{ revision { number } }"
LONG = "{ __schema { types { name description } } }"
HOST = ESTATE / "hosts" / "gpu-h100-01.cdx.json"


def get(client, query=QUERY, *, tag="", accept="application/json", coding="identity", **params):
    headers = {"Accept": accept, "Accept-Encoding": coding}
    headers |= {"If-None-Match": tag} if tag else {}
    return client.get("/graphql", params={"query": query, **params}, headers=headers)


def test_an_unchanged_answer_is_not_sent_again(client, house) -> None:
    first = get(client)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    again = get(client, tag=tag)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert "content-type" not in again.headers
    assert get(client, tag=f'W/"other", {tag}').status_code == 304
    assert get(client, tag='W/"other"').status_code == 200
    house.receive(Upload(content=HOST.read_bytes(), name=HOST.name))
    fresh = get(client, tag=tag)
    assert fresh.status_code == 200
    assert fresh.json()["data"]["revision"]["number"] == 5
    assert fresh.headers["etag"] != tag


def test_another_question_has_another_tag(client) -> None:
    search = "query($t: String!) { search(text: $t) { ... on SearchAnswer { total } } }"
    both = "query a { revision { number } } query b { revision { chain } }"
    tags = [
        get(client).headers["etag"],
        get(client, "{ revision { chain } }").headers["etag"],
        *(get(client, search, variables=json.dumps({"t": t})).headers["etag"] for t in "ab"),
        *(get(client, both, operationName=name).headers["etag"] for name in "ab"),
    ]
    assert len(set(tags)) == len(tags)
    assert get(client, tag=tags[1]).status_code == 200


def test_a_304_computes_nothing(client, house, monkeypatch) -> None:
    tag = get(client, '{ search(text: "chat") { __typename } }').headers["etag"]

    def ask(*_args):
        pytest.fail("this was computed")

    monkeypatch.setattr(type(house), "ask", ask)
    assert get(client, '{ search(text: "chat") { __typename } }', tag=tag).status_code == 304


@pytest.mark.parametrize(
    "query", ["{ streams { totalCount } }", "{ ...F } fragment F on Query { streams { revision } }"]
)
def test_what_moves_without_a_revision_has_another_tag_then(client, house, query) -> None:
    tag = get(client, query).headers["etag"]
    assert get(client, query, tag=tag).status_code == 304
    head = house.head()
    house.record.set_stream("set/x", StreamOptions(lenient=True))
    assert house.head() == head
    moved = get(client, query, tag=tag)
    assert (moved.status_code, moved.headers["etag"] != tag) == (200, True)
    assert "data" in moved.json()


@pytest.mark.parametrize("query", ["{", "{ nothing }", '{ node(id: "!!") { id } }'])
def test_what_fails_has_no_tag(client, query) -> None:
    response = get(client, query)
    assert "etag" not in response.headers
    assert response.headers["cache-control"] == "no-store"


def test_what_is_posted_is_not_kept(client) -> None:
    response = client.post("/graphql", json={"query": QUERY})
    assert "etag" not in response.headers
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("zstd", "zstd"),
        ("gzip, deflate, br, zstd", "gzip"),
        ("gzip;q=0.9, zstd", "zstd"),
        ("gzip;q=1.0, zstd;q=0.5", "gzip"),
        ("*", "gzip"),
        ("zstd;q=0, *;q=0.1", "gzip"),
        ("identity", None),
        ("br", None),
        ("", None),
        ("gzip;q=0", None),
        ("gzip;q=nonsense", None),
    ],
)
def test_the_coding_that_is_liked_best(client, accepted, coding) -> None:
    assert coding_of(accepted, 5_000) == coding
    plain = get(client, LONG).content
    assert len(plain) > 5_000
    with client.stream(
        "GET", "/graphql", params={"query": LONG}, headers={"Accept-Encoding": accepted}
    ) as response:
        raw = b"".join(response.iter_raw())
    assert response.headers.get("content-encoding") == coding
    assert response.headers["vary"] == "Accept, Accept-Encoding"
    unpack = {"gzip": gzip.decompress, "zstd": lambda b: zstandard.ZstdDecompressor().decompress(b)}
    assert unpack.get(coding, bytes)(raw) == plain
    assert len(raw) == len(plain) or len(raw) < len(plain) / 2


def test_small_answers_go_as_they_are(client) -> None:
    response = get(client, coding="gzip, zstd")
    assert "content-encoding" not in response.headers
    assert response.headers["vary"] == "Accept"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_published_documents_are_known_by_digest_and_name(client) -> None:
    (search,) = (one for one in published() if one.name == "search")
    variables = json.dumps({"text": "chat"})
    whole = get(client, search.query, variables=variables).json()
    assert whole["data"]["search"]["total"]
    printed = digest(print_ast(parse(search.query)))
    for name in (digest(search.query), "sha256:" + digest(search.query), printed, "search"):
        for params in (
            {"document": name},
            {"documentId": name},
            {"extensions": json.dumps({"persistedQuery": {"version": 1, "sha256Hash": name}})},
        ):
            response = client.get("/graphql", params={**params, "variables": variables})
            assert response.json() == whole
            assert response.headers["etag"]
        body = {"documentId": name, "variables": {"text": "chat"}}
        assert client.post("/graphql", json=body).json() == whole


def persisted(client, hashed: str, query: str | None = None):
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": hashed}}
    body = {"extensions": extensions} | ({"query": query} if query else {})
    return client.post("/graphql", json=body).json()


def test_clients_register_documents_by_digest(client) -> None:
    mine = "{ revision { number chain } }"
    (error,) = persisted(client, digest(mine))["errors"]
    assert error["message"] == "PersistedQueryNotFound"
    assert error["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
    (error,) = persisted(client, digest("another"), mine)["errors"]
    assert error["extensions"]["code"] == "PERSISTED_QUERY_MISMATCH"
    first = persisted(client, digest(mine), mine)
    assert first["data"]["revision"]["number"] == 4
    assert persisted(client, digest(mine)) == first


@pytest.mark.parametrize(
    "body",
    [
        {"extensions": {"persistedQuery": 7}},
        {"extensions": {"persistedQuery": {"sha256Hash": 7}}},
        {"documentId": 7},
        {"documentId": [], "query": QUERY},
    ],
)
def test_a_digest_that_is_none(client, body) -> None:
    response = client.post("/graphql", json=body)
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "BODY_INVALID"


def test_only_trusted_documents_where_the_setting_says_so(template: Path, tmp_path, built) -> None:
    house = open_at(copy_of(template, tmp_path), trusted_only=True)
    with TestClient(create_app(house, built), base_url="http://localhost") as client:
        for response in (
            client.post("/graphql", json={"query": QUERY}),
            client.get("/graphql", params={"query": QUERY}),
            client.get("/graphql", params={"document": digest(QUERY)}),
        ):
            (error,) = response.json()["errors"]
            assert error["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"
        extensions = {"persistedQuery": {"version": 1, "sha256Hash": digest(QUERY)}}
        body = {"query": QUERY, "extensions": extensions}
        assert "data" not in client.post("/graphql", json=body).json()
        (search,) = (one for one in published() if one.name == "search")
        body = {"query": search.query, "variables": {"text": "chat"}}
        assert client.post("/graphql", json=body).json()["data"]["search"]["total"]
    house.record.close()


ORIGIN = "https://dashboard.example"
ASKING = {
    "Origin": ORIGIN,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type",
}


def test_no_page_of_another_site_may_ask(client) -> None:
    assert client.options("/graphql", headers=ASKING).status_code == 403
    assert client.post("/graphql", json={"query": QUERY}, headers={"Origin": ORIGIN}).json()[
        "code"
    ] == ("LOOPBACK_ONLY")


def test_pages_of_an_origin_in_the_settings_may_ask(template: Path, tmp_path, built) -> None:
    house = open_at(
        copy_of(template, tmp_path), cors_origins=f"http://localhost:5173, {ORIGIN}"
    )  # fmt: skip
    with TestClient(create_app(house, built), base_url="http://localhost") as client:
        asked = client.options("/graphql", headers=ASKING)
        assert asked.status_code == 200
        assert asked.headers["access-control-allow-origin"] == ORIGIN
        answered = client.post("/graphql", json={"query": QUERY}, headers={"Origin": ORIGIN})
        assert answered.json()["data"]["revision"]["number"] == 4
        assert answered.headers["access-control-allow-origin"] == ORIGIN
        assert "ETag" in answered.headers["access-control-expose-headers"]
        other = {**ASKING, "Origin": "https://elsewhere.example"}
        assert client.options("/graphql", headers=other).status_code == 400
        refused = client.post("/graphql", json={"query": QUERY}, headers=other)
        assert refused.status_code == 403
        assert "access-control-allow-origin" not in refused.headers
    house.record.close()


@pytest.mark.parametrize("text", ["*", "dashboard.example", "https://x.example/", "https://*.x"])
def test_an_origin_that_is_none_is_named(text) -> None:
    with pytest.raises(SettingInvalidError) as caught:
        settings(cors_origins=text)
    assert "LINEAGE_CORS_ORIGINS" in str(caught.value)


def test_two_equal_questions_at_once_are_computed_once() -> None:
    answers, together, calls, inside = Answers(), Barrier(8), [], Event()

    def make() -> object:
        calls.append(1)
        inside.wait(1)
        return object()

    def ask(number: int) -> object:
        together.wait()
        if number == 0:
            inside.set()
        return answers.get("question", make)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(8)))
    assert len(calls) == 1
    assert len(set(map(id, found))) == 1


def test_what_fails_is_kept_for_nobody() -> None:
    answers, calls = Answers(kept=2), []

    def fail() -> object:
        calls.append(1)
        raise ValueError

    for _ in range(2):
        with pytest.raises(ValueError):
            answers.get("question", fail)
    assert len(calls) == 2
    assert [answers.get(key, lambda key=key: key) for key in "abc"] == ["a", "b", "c"]
    assert answers.get("a", lambda: "anew") == "anew"
    assert answers.get("c", lambda: "anew") == "c"


def test_a_heavy_answer_is_shared_by_requests(client, house) -> None:
    query = """{ impact(key: "capability:cuda", from: "12", to: "13") {
        ... on ImpactAnswer { headline } } }"""
    import queries.asking as asking

    asked = asking.questions()["impact"]
    calls = []

    def answers(question, handle):
        calls.append(question)
        return asked.answers(question, handle)

    import dataclasses
    from unittest import mock

    counted = dataclasses.replace(asked, answers=answers)
    with (
        mock.patch.object(asking, "asked_of", return_value=counted),
        ThreadPoolExecutor(6) as pool,
    ):
        bodies = list(
            pool.map(lambda _: client.post("/graphql", json={"query": query}).json(), range(6))
        )
    assert all(body == bodies[0] and "errors" not in body for body in bodies)
    assert len(calls) == 1
