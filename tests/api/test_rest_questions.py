"""Questions and acts over REST: their own fields, the same answers as everywhere."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import jsonschema_rs
import orjson
import pytest
from starlette.testclient import TestClient

from api import output
from api.act import ACTS
from api.house import House
from api.plain import plain
from queries.asking import questions
from queries.impact import Impact
from queries.provenance import Provenance

CHAT = "service:demo/chat@1.2"


def test_every_question_and_act_has_its_address(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    paths = described["paths"]
    for name in questions():
        assert {"get"} == set(paths[f"/v1/{name}"]) - {"post"}
        assert f"/v1/{name}.{{form}}" in paths
        assert "post" in paths[f"/v1/ask/{name}"]
    assert all("post" in paths[f"/v1/{name}"] for name in ACTS)
    text = json.dumps(described)
    for name in described["components"]["schemas"]:
        assert f'"#/components/schemas/{name}"' in text, f"{name} is described and used nowhere"
    for reference in {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}:
        assert reference in described["components"]["schemas"]


@pytest.mark.parametrize("name", ["impact", "provenance"])
def test_an_answer_is_that_of_the_house_and_of_the_described_shape(
    client: TestClient, house: House, name: str
) -> None:
    key = {"impact": "CUDA 12", "provenance": "chat"}[name]
    kind = {"impact": Impact, "provenance": Provenance}[name]
    wanted = house.ask(kind(key=key, at=house.at()))
    body = orjson.dumps(wanted, option=orjson.OPT_NON_STR_KEYS, default=plain)
    got = client.get(f"/v1/{name}", params={"key": key})
    assert (got.status_code, got.content) == (200, body)
    assert got.headers["lineage-revision"] == "4"
    assert client.post(f"/v1/ask/{name}", json={"key": key}).content == body
    described = client.get("/openapi.json").json()
    schema = described["paths"][f"/v1/{name}"]["get"]["responses"]["200"]["content"]
    jsonschema_rs.validator_for(
        {**schema["application/json"]["schema"], "components": described["components"]}
    ).validate(got.json())


@pytest.mark.parametrize("form", ["ndjson", "csv", "md"])
def test_rows_are_written_as_the_terminal_writes_them(
    client: TestClient, house: House, form: str
) -> None:
    wanted = house.ask(Impact(key="CUDA 12", at=house.at()))
    got = client.get(f"/v1/impact.{form}", params={"key": "CUDA 12"})
    assert got.status_code == 200
    assert got.text == "".join(output.write(wanted, form))
    media = got.headers["content-type"].partition(";")[0]
    again = client.get("/v1/impact", params={"key": "CUDA 12"}, headers={"Accept": media})
    assert again.text == got.text


def test_csv_has_a_line_for_each_row(client: TestClient) -> None:
    got = client.get("/v1/search.csv", params={"text": "t", "kinds": ["service", "model"]})
    rows = list(csv.DictReader(io.StringIO(got.text)))
    assert {row["kind"] for row in rows} == {"service", "model"}


@pytest.mark.parametrize(
    ("path", "status", "code", "where"),
    [
        ("/v1/impact", 400, "PARAMETER_INVALID", "key"),
        ("/v1/impact?key=torch&key=numpy", 400, "PARAMETER_INVALID", "key"),
        ("/v1/impact?key=torch&colour=red", 400, "PARAMETER_INVALID", "colour"),
        ("/v1/provenance?key=chat&depth=deep", 400, "PARAMETER_INVALID", "depth"),
        (f"/v1/provenance?key=chat&depth={2**63}", 400, "PARAMETER_INVALID", "depth"),
        ("/v1/provenance?key=chat&dependence=perhaps", 400, "PARAMETER_INVALID", "dependence"),
        ("/v1/component?key=chat&scope=everything", 400, "PARAMETER_INVALID", "scope"),
        ("/v1/component.pdf?key=chat", 400, "PARAMETER_INVALID", "form"),
        ("/v1/component?key=nothing-like-it", 404, "NOT_FOUND", None),
        ("/v1/component?key=chat&as_of=99", 400, "REVISION_UNKNOWN", None),
        ("/v1/component?key=chat&at_least=99", 412, "STALE", None),
        ("/v1/impact?key=CUDA%2012&to=one", 400, "CHANGE_INVALID", None),
        ("/v1/revision?colour=red", 400, "PARAMETER_INVALID", "colour"),
    ],
)
def test_what_is_wrong_is_said_as_a_problem(
    client: TestClient, path: str, status: int, code: str, where: str | None
) -> None:
    got = client.get(path)
    told = got.json()
    assert (got.status_code, told["code"], told["path"]) == (status, code, where), told
    assert got.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "BODY_INVALID"),
        (b"[1]", "BODY_INVALID"),
        (b"{", "BODY_INVALID"),
        (b'{"key": 1}', "PARAMETER_INVALID"),
        (b'{"key": "chat", "depth": "1"}', "PARAMETER_INVALID"),
        (b'{"key": "chat", "other": 1}', "PARAMETER_INVALID"),
    ],
)
def test_a_body_that_is_no_question_is_refused(client: TestClient, body: bytes, code: str) -> None:
    got = client.post("/v1/ask/provenance", content=body)
    assert (got.status_code, got.json()["code"]) == (400, code)


def test_nothing_that_can_be_written_is_wanted(client: TestClient) -> None:
    got = client.get("/v1/component?key=chat", headers={"Accept": "image/png"})
    assert (got.status_code, got.json()["code"]) == (406, "NOT_ACCEPTABLE")


def test_an_ambiguous_name_lists_what_it_could_be(client: TestClient) -> None:
    sent = client.post(
        "/v1/documents?name=requirements.txt&format=requirements&subject=environment:demo/other",
        content=b"torch==2.15.0\n",
    )
    assert sent.status_code == 201
    got = client.get("/v1/component", params={"key": "torch"})
    told = got.json()
    assert (got.status_code, told["code"], told["text"]) == (400, "AMBIGUOUS", "torch")
    assert told["candidates"] == ["pkg:pypi/torch@2.15.0", "pkg:pypi/torch@2.9.1"]


def act(client: TestClient, name: str, /, **fields: Any) -> Any:
    got = client.post(f"/v1/{name}", json=fields, headers={"Lineage-Principal": "ann"})
    assert got.status_code == 200, got.text
    return got.json()


def test_acts_are_documents_with_receipts(client: TestClient, house: House) -> None:
    done = act(
        client, "set", key="chat",
        values=[{"name": "owner", "value": "a"}, {"name": "licence", "state": "unknown"}],
    )  # fmt: skip
    assert done["revision"] == 6
    assert [row["path"] for row in done["documents"]] == [
        "service:demo/chat owner", "service:demo/chat licence",
    ]  # fmt: skip
    vouched = act(
        client, "attest", key=CHAT, name="limitation", value="English only",
        evidence="https://review.example/7", expires="2099-12-31",
    )  # fmt: skip
    assert vouched["documents"][0]["subject"] == CHAT
    shown = client.get("/v1/component", params={"key": CHAT}).json()["properties"]
    (limit,) = [one for one in shown if one["name"] == "limitation" and one["attested"]]
    assert limit["first"] is True
    assert limit["attested"][0]["by"] == "ann"
    assert limit["claimed_by"][0]["principal"] == "ann"
    one, other = CHAT, "service:demo/search@4.0"
    joined = act(client, "join", one=one, other=other)
    parted = act(client, "separate", one=one, other=other)
    assert (joined["revision"], parted["revision"]) == (8, 9)
    receipt = parted["documents"][0]["receipt"]
    assert client.get(f"/v1/receipts/{receipt['id']}").json()["revision"] == 9


@pytest.mark.parametrize(
    ("name", "fields", "status", "code"),
    [
        ("set", {"key": "nothing-like-it", "values": [{"name": "owner"}]}, 404, "NOT_FOUND"),
        ("set", {"key": "chat"}, 400, "PARAMETER_INVALID"),
        ("set", {"key": "chat", "values": [{"value": 1}]}, 400, "PARAMETER_INVALID"),
        ("set", {"key": "chat", "values": [{"name": "end_of_life", "value": "soon"}]}, 422,
         "DOCUMENT_REFUSED"),
        ("join", {"one": CHAT, "other": CHAT}, 422, "DOCUMENT_REFUSED"),
        ("attest", {"key": CHAT, "name": "owner", "value": "a", "evidence": "x",
                    "expires": "2000-01-01"}, 422, "DOCUMENT_REFUSED"),
    ],
)  # fmt: skip
def test_an_act_that_cannot_be_done_changes_nothing(
    client: TestClient, house: House, name: str, fields: dict[str, Any], status: int, code: str
) -> None:
    got = client.post(f"/v1/{name}", json=fields, headers={"Lineage-Principal": "ann"})
    assert (got.status_code, got.json()["code"]) == (status, code)
    assert house.head().number == 4
