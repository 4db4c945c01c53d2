"""GraphQL over HTTP: methods, media types, statuses; every error has a code."""

from __future__ import annotations

import json

import pytest

NEW, OLD = "application/graphql-response+json", "application/json"
QUERY = "{ revision { number } }"


def post(client, body, accept=NEW, media=OLD):
    content = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(
        "/graphql", content=content, headers={"Accept": accept, "Content-Type": media}
    )


def codes(response) -> list[str]:
    return [error["extensions"]["code"] for error in response.json()["errors"]]


@pytest.mark.parametrize(
    ("accept", "media"),
    [(NEW, NEW), (OLD, OLD), ("*/*", OLD), ("application/*", OLD), (f"{NEW}, {OLD};q=0.9", NEW)],
)
def test_the_media_type_that_is_liked_best(client, accept, media) -> None:
    response = post(client, {"query": QUERY}, accept=accept)
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{media}; charset=utf-8"
    assert response.headers["vary"] == "Accept"
    assert response.json() == {"data": {"revision": {"number": 4}}}


def test_a_client_that_takes_nothing_we_have(client) -> None:
    response = post(client, {"query": QUERY}, accept="image/png")
    assert (response.status_code, codes(response)) == (406, ["NOT_ACCEPTABLE"])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "BODY_INVALID"),
        ("x", "BODY_INVALID"),
        ('"x"', "BODY_INVALID"),
        ("[]", "BODY_INVALID"),
        ("null", "BODY_INVALID"),
        ("[" * 5000, "BODY_INVALID"),
        (b"\xff\xfe", "BODY_INVALID"),
        ({}, "QUERY_MISSING"),
        ({"query": 7}, "QUERY_MISSING"),
        ({"query": " "}, "QUERY_MISSING"),
        ({"query": QUERY, "variables": []}, "BODY_INVALID"),
        ({"query": QUERY, "variables": "x"}, "BODY_INVALID"),
        ({"query": QUERY, "operationName": 7}, "BODY_INVALID"),
        ({"query": QUERY, "extensions": 7}, "BODY_INVALID"),
        ([{"query": QUERY}], "BODY_INVALID"),
    ],
)
@pytest.mark.parametrize("accept", [NEW, OLD])
def test_a_request_that_is_none(client, body, code, accept) -> None:
    response = post(client, body, accept=accept)
    assert (response.status_code, codes(response)) == (400, [code])
    assert "data" not in response.json()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "{ __typename @skip }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "fragment a on Query { __typename }"}, "OPERATION_MISSING"),
        ({"query": "query a { __typename } query b { __typename }"}, "OPERATION_AMBIGUOUS"),
        ({"query": QUERY, "operationName": "b"}, "OPERATION_UNKNOWN"),
        ({"query": "subscription { a }"}, "NO_SUBSCRIPTIONS"),
        ({"query": 'query($x: Int!) { search(text: "a", first: $x) { __typename } }'},
         "BAD_USER_INPUT"),
        ({"query": "{ " * 3000}, "GRAPHQL_PARSE_FAILED"),
    ],
)  # fmt: skip
def test_a_document_that_cannot_be_run(client, body, code) -> None:
    new = post(client, body)
    assert new.status_code == 400
    assert set(codes(new)) == {code}
    assert "data" not in new.json()
    old = post(client, body, accept=OLD)
    assert old.status_code == 200
    assert "data" not in old.json()


@pytest.mark.parametrize(
    "media", ["text/plain", "", "application/graphql", f"{OLD}; charset=latin1"]
)
def test_another_media_type_is_refused(client, media) -> None:
    response = post(client, {"query": QUERY}, media=media)
    assert (response.status_code, codes(response)) == (415, ["MEDIA_TYPE"])


def test_utf_8_may_be_said(client) -> None:
    assert post(client, {"query": QUERY}, media=f"{OLD}; charset=UTF-8").status_code == 200


def test_one_of_several_operations_by_name(client) -> None:
    query = "query a { revision { number } } query b { __typename }"
    response = post(client, {"query": query, "operationName": "b"})
    assert response.json() == {"data": {"__typename": "Query"}}


def test_get(client) -> None:
    variables = json.dumps({"t": "chat"})
    query = "query($t: String!) { search(text: $t) { ... on SearchAnswer { text } } }"
    response = client.get("/graphql", params={"query": query, "variables": variables})
    assert response.json() == {"data": {"search": {"text": "chat"}}}
    assert response.headers["content-type"].startswith(OLD)


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, "QUERY_MISSING"),
        ({"query": ""}, "QUERY_MISSING"),
        ({"query": QUERY, "variables": "x"}, "BODY_INVALID"),
        ({"query": QUERY, "variables": "[]"}, "BODY_INVALID"),
    ],
)
def test_a_get_that_is_none(client, params, code) -> None:
    response = client.get("/graphql", params=params, headers={"Accept": NEW})
    assert (response.status_code, codes(response)) == (400, [code])


@pytest.mark.parametrize("accept", [NEW, OLD])
def test_a_mutation_does_not_come_by_get(client, accept) -> None:
    params = {"query": "mutation { set }"}
    response = client.get("/graphql", params=params, headers={"Accept": accept})
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert codes(response) == ["METHOD_NOT_ALLOWED"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_other_methods(client, method) -> None:
    response = client.request(method, "/graphql")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, POST"


def test_too_large(client) -> None:
    response = post(client, {"query": QUERY + " " * 300_000})
    assert (response.status_code, codes(response)) == (413, ["QUERY_TOO_LARGE"])


def test_a_fault_inside_is_coded_and_says_nothing(client, house, monkeypatch) -> None:
    def broken(*_args):
        raise RuntimeError("secret path /etc/lineage")

    monkeypatch.setattr(type(house.record), "head", broken)
    response = post(client, {"query": QUERY})
    assert response.status_code == 200
    assert codes(response) == ["INTERNAL"]
    assert "secret" not in response.text


def test_the_page_is_for_browsers_and_loads_nothing(client) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    response = client.get("/graphql", headers=browser)
    assert response.headers["content-type"].startswith("text/html")
    assert response.headers["vary"] == "Accept"
    assert "script-src 'sha256-" in response.headers["content-security-policy"]
    text = response.text
    for outside in ("http://", "https://", "//cdn", " src=", "@import", "url("):
        assert outside not in text
    asked = client.get("/graphql", params={"query": QUERY}, headers=browser)
    assert asked.json()["data"]["revision"]["number"] == 4


def test_the_policy_holds_the_digest_of_the_script_that_is_sent(client) -> None:
    import base64
    import hashlib
    import re

    response = client.get("/graphql", headers={"Accept": "text/html"})
    (script,) = re.findall(r"<script>(.*?)</script>", response.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in response.headers["content-security-policy"]
