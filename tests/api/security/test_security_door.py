"""Who comes in: this machine without a token, everybody else with a good one."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.security.door import OPEN, PROVEN
from lineage.record.audit import Trail
from lineage.record.token import Right, Tokens
from tests.api.security.crawler import fields_of, queries
from tests.houses import ESTATE, copy_of, open_at

BOM = (ESTATE / "chat.cdx.json").read_bytes()
REVISION = "{ revision { number } }"


def codes(response) -> list[str]:
    body = response.json()
    if "code" in body:
        return [body["code"]]
    return [one["extensions"]["code"] for one in body.get("errors", ())]


def ask(service, headers=None, query=REVISION):
    return service.post("/graphql", json={"query": query}, headers=headers or {})


def test_only_open_pages_are_answered_without_a_token(service) -> None:
    for route in service.app.routes:
        for method in getattr(route, "methods", None) or ():
            path = route.path.replace("{", "").replace("}", "")
            response = service.request(method, path)
            if path in OPEN:
                assert response.status_code == 200, (method, path)
            elif path.startswith(PROVEN):
                assert response.status_code == 404, "there is no such hook to prove oneself to"
            else:
                assert response.status_code == 401, (method, path)
                assert response.headers["WWW-Authenticate"] == 'Bearer realm="lineage"'
    assert "revision" not in service.get("/readyz").json()


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Bearer lin_000000000000_" + "a" * 43},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic YTpi"},
        {"X-Api-Key": "odt_abc_def"},
        {"X-Api-Key": ""},
    ],
)
def test_no_other_text_is_a_token(service, headers) -> None:
    assert codes(ask(service, headers)) == ["UNAUTHENTICATED"]


def test_a_wrong_secret_is_refused(service, mint) -> None:
    good = mint(Right.READ)["Authorization"]
    assert ask(service, {"Authorization": good}).status_code == 200
    assert codes(ask(service, {"Authorization": good[:-1] + "!"})) == ["UNAUTHENTICATED"]
    other = "a" if good[-1] != "a" else "b"
    assert codes(ask(service, {"Authorization": good[:-1] + other})) == ["UNAUTHENTICATED"]


def test_both_headers_bear_a_token(service, mint) -> None:
    text = mint(Right.READ)["Authorization"].removeprefix("Bearer ")
    for headers in ({"X-Api-Key": text}, {"x-api-key": text}, {"authorization": f"bearer {text}"}):
        assert ask(service, headers).json()["data"]["revision"]["number"] == 4


def test_two_tokens_that_differ_are_none(service, mint) -> None:
    """Whatever stands in front might have read the other one."""
    one, other = (mint(Right.READ)["Authorization"].removeprefix("Bearer ") for _ in range(2))
    contradicting = (
        [("X-Api-Key", other), ("Authorization", f"Bearer {one}")],
        [("X-Api-Key", "nonsense"), ("Authorization", f"Bearer {one}")],
        [("X-Api-Key", ""), ("Authorization", f"Bearer {one}")],
        [("Authorization", f"Bearer {one}"), ("Authorization", f"Bearer {other}")],
        [("X-Api-Key", one), ("X-Api-Key", other)],
    )
    for headers in contradicting:
        response = service.get("/v1/revision", headers=headers)
        assert (response.status_code, codes(response)) == (401, ["UNAUTHENTICATED"]), headers
        assert "two tokens" in response.json()["detail"]
    agreeing = (
        [("X-Api-Key", one), ("Authorization", f"Bearer {one}")],
        [("X-Api-Key", one), ("Authorization", "Basic YTpi")],
    )
    for headers in agreeing:
        assert service.get("/v1/revision", headers=headers).status_code == 200


def test_a_revoked_or_expired_token_is_worthless_at_once(service, shut, mint) -> None:
    tokens = Tokens(shut.record.session)
    headers = mint(Right.READ)
    assert ask(service, headers).status_code == 200
    (token,) = tokens.all()
    tokens.revoke(token.id)
    assert codes(ask(service, headers)) == ["UNAUTHENTICATED"]
    soon = datetime.now(UTC) + timedelta(seconds=0.3)
    _, text = tokens.create(name="s", tenant="default", rights=[Right.READ], expires=soon)
    assert ask(service, {"X-Api-Key": text}).status_code == 200
    time.sleep(0.4)
    assert "expired" in ask(service, {"X-Api-Key": text}).json()["detail"]


def test_rights_are_looked_at_everywhere(service, mint) -> None:
    """What each right opens, address by address; a new address must be put into this table."""
    opens = {
        "GET /metrics": {Right.ADMIN},
        "GET /v1/receipts/{id}": {Right.READ, Right.INGEST, Right.ADMIN},
        "GET /v1/inbox/{id}": {Right.READ, Right.INGEST, Right.ADMIN},
        "GET /v1/revision": set(Right),
        "GET /v1/gate": {Right.READ, Right.GATE, Right.ADMIN},
        "POST /v1/ask/gate": {Right.READ, Right.GATE, Right.ADMIN},
        # Whoever delivers proves himself by the secret of the hook, whatever token he has.
        "POST /hooks/{kind}/{id}": set(Right),
    }
    reading, writing = {Right.READ, Right.ADMIN}, {Right.INGEST, Right.ADMIN}
    # A client of Dependency-Track looks up what it has sent, with the key it sends with.
    looks_up = {Right.READ, Right.INGEST, Right.GATE, Right.ADMIN}
    opens |= {
        f"GET /api/v1/{path}": looks_up
        for path in (
            "event/token/{token}", "bom/token/{token}", "project", "project/lookup",
            "project/{uuid}", "team/self", "violation/project/{uuid}", "finding/project/{uuid}",
            "metrics/project/{uuid}/refresh",
        )
    }  # fmt: skip
    for right in Right:
        headers = mint(right)
        assert (codes(ask(service, headers)) == []) == (right in reading)
        for route in service.app.routes:
            if route.path in OPEN or route.path == "/graphql":
                continue
            for method in (getattr(route, "methods", None) or set()) - {"HEAD"}:
                path = route.path.replace("{", "").replace("}", "")
                response = service.request(method, path, headers=headers)
                forbidden = response.status_code == 403
                usual = reading if method == "GET" or "/ask/" in route.path else writing
                allowed = opens.get(f"{method} {route.path}", usual)
                assert forbidden == (right not in allowed), (right, method, path, response.text)


def test_graphql_asks_for_the_right_of_every_root_field(service, mint, built) -> None:
    """Each field by itself: reading needs `read`, claiming `ingest`, and a gate opens none."""
    schema = built._schema
    asked = dict(queries(schema, ("x",)))
    assert set(asked) == fields_of(schema)
    claimed = {
        "set": 'set(key: "no", name: "owner", value: 1)',
        "join": 'join(one: "no", other: "nor")',
        "separate": 'separate(one: "no", other: "nor")',
        "attest": 'attest(key: "no", name: "owner", evidence: "x", expires: "2099-01-01")',
    }
    assert set(claimed) == set(schema.mutation_type.fields)
    for right in Right:
        headers = mint(right)
        for query in asked.values():
            refused = codes(ask(service, headers, query)) == ["FORBIDDEN"]
            assert refused == (right not in (Right.READ, Right.ADMIN)), (right, query)
        for one in claimed.values():
            mutation = f"mutation {{ {one} {{ __typename }} }}"
            refused = codes(ask(service, headers, mutation)) == ["FORBIDDEN"]
            assert refused == (right not in (Right.INGEST, Right.ADMIN)), (right, one)


def test_a_token_writes_to_its_streams_only(service, mint) -> None:
    headers = mint(Right.INGEST, streams=("ci/*", "exact"))

    def send(stream: str | None):
        said = {"subject": "service:demo/new@1"} | ({"stream": stream} if stream else {})
        return service.post("/v1/documents", content=BOM, params=said, headers=headers)

    assert send("ci/chat").status_code == 201
    assert send("exact").status_code == 201
    for stream in (None, "cd/chat", "exactly", "ci", "dataset:bravo/ci/x"):
        assert (send(stream).status_code, codes(send(stream))) == (403, ["STREAM_FORBIDDEN"])


def test_a_submission_names_its_token(service, shut, mint) -> None:
    headers = mint(Right.INGEST)
    said = {"subject": "service:demo/new@1"}
    response = service.post("/v1/documents", content=BOM, params=said, headers=headers)
    kept = shut.record.history().submission(response.json()["revision"])
    assert kept.principal == "token:test"


def test_the_trail_tells_who_asked_what(service, shut, mint) -> None:
    reader, writer = mint(Right.READ), mint(Right.INGEST)
    ask(service, reader, "query Newest { revision { number } }")
    impact = 'query What { impact(key: "no-such", change: REMOVE) { __typename } }'
    ask(service, reader, impact)
    ask(service, writer)
    said = {"subject": "service:demo/new@1", "stream": "ci"}
    service.post("/v1/documents", content=BOM, params=said, headers=writer)
    service.post("/v1/documents", content=b"{}", params=said, headers=writer)
    ask(service, {"X-Api-Key": "lin_000000000000_" + "a" * 43})
    ask(service)
    service.app.state.auditor.flush()
    found = list(Trail(shut.record.session).read("default"))
    told = [(one.who, one.operation, one.about, one.result, one.revision) for one in found]
    assert told[0] == ("token:test", "graphql query Newest", "", "ok", None)
    assert told[1][:2] == ("token:test", "graphql query What")
    assert told[2] == ("token:test", "graphql query", "", "FORBIDDEN", None)
    assert told[3] == ("token:test", "POST /v1/documents", "ci", "ok", 5)
    assert told[4][3] in ("FORMAT_UNKNOWN", "DOCUMENT_REFUSED")
    assert told[5][1:4] == ("POST /graphql", "There is no such token.", "UNAUTHENTICATED")
    assert len(told) == 6
    assert [one.cost for one in found[:2]] != [None, None]
    assert {one.token for one in found[:5]} == {one.id for one in Tokens(shut.record.session).all()}


def test_this_machine_needs_no_token_and_a_wrong_one_is_still_wrong(client, house) -> None:
    assert ask(client).json()["data"]["revision"]["number"] == 4
    assert codes(ask(client, {"X-Api-Key": "nonsense"})) == ["UNAUTHENTICATED"]
    _, text = Tokens(house.record.session).create(name="far", tenant="default", rights=[Right.READ])
    far = {"Host": "lineage.example", "X-Forwarded-For": "192.0.2.1"}
    assert codes(ask(client, far)) == ["LOOPBACK_ONLY"]
    assert ask(client, {**far, "X-Api-Key": text}).status_code == 200


def test_this_machine_can_be_asked_for_a_token_too(template, tmp_path, built) -> None:
    house = open_at(copy_of(template, tmp_path), require_token=True)
    with TestClient(create_app(house, built), base_url="http://127.0.0.1:8000") as opened:
        assert codes(ask(opened)) == ["UNAUTHENTICATED"]
    house.record.close()


def test_questions_from_this_machine_leave_no_trail_and_writes_do(client, house) -> None:
    ask(client)
    said = {"subject": "service:demo/new@1"}
    client.post("/v1/documents", content=BOM, params=said)
    client.app.state.auditor.flush()
    found = [(one.who, one.operation) for one in Trail(house.record.session).read("default")]
    assert found == [("local", "POST /v1/documents")]
