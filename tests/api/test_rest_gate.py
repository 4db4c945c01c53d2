"""The gate over REST: the question about impact, a threshold, and whether it is met."""

from __future__ import annotations

import jsonschema_rs
import orjson
import pytest
from starlette.testclient import TestClient

from api.gate import gate_of, threshold_of
from api.house import House
from api.plain import plain
from lineage.vocabulary.changes import VERDICTS
from queries.impact import Impact

CUDA = {"key": "CUDA 12", "to": "13"}


def test_the_answer_is_that_of_impact_with_what_the_threshold_makes_of_it(
    client: TestClient, house: House
) -> None:
    impact = house.ask(Impact(**CUDA, at=house.at()))
    schemas = client.get("/openapi.json").json()["components"]
    check = jsonschema_rs.validator_for({"$ref": "#/components/schemas/gate.Gate"} | {
        "components": schemas})  # fmt: skip
    counts = {row.name: getattr(impact.counts, row.name.lower()) for row in VERDICTS}
    assert counts["BREAKS"] > 0
    met = 0
    for row in VERDICTS:
        met += counts[row.name]
        got = client.get("/v1/gate", params={**CUDA, "fail_on": row.name.lower()})
        told = got.json()
        assert (told["fail_on"], told["met"], told["passed"]) == (row.name, met, False)
        wanted = orjson.loads(orjson.dumps(impact, option=orjson.OPT_NON_STR_KEYS, default=plain))
        assert told["impact"] == wanted
        check.validate(told)
        posted = client.post("/v1/ask/gate", json={**CUDA, "fail_on": row.name})
        assert posted.content == got.content
        assert got.headers["lineage-revision"] == "4"


def test_a_change_that_breaks_nothing_passes(client: TestClient) -> None:
    asked = {"key": "support-tickets", "change": "retract", "fail_on": "BREAKS"}
    told = client.get("/v1/gate", params=asked).json()
    assert (told["passed"], told["met"]) == (True, 0)
    worse = client.get("/v1/gate", params={**asked, "fail_on": "EXPOSED"}).json()
    assert worse["passed"] is False
    # The rows may be narrowed to what a person wants to see; what decides is the whole answer.
    seen = client.get(
        "/v1/gate", params={**asked, "fail_on": "EXPOSED", "where": '{"kind": {"eq": "service"}}'}
    ).json()
    assert (seen["met"], seen["passed"]) == (worse["met"], False)
    assert len(seen["impact"]["affected"]) <= len(worse["impact"]["affected"])
    assert seen["impact"] != worse["impact"]


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ({}, "fail_on"),
        ({"fail_on": "AWFUL"}, "fail_on"),
        ({"fail_on": ""}, "fail_on"),
        ({"fail_on": "BREAKS", "change": "wish"}, None),
        ({"fail_on": "BREAKS", "nonsense": "1"}, "nonsense"),
    ],
)
def test_a_gate_that_cannot_be_read_is_refused(client: TestClient, said, path) -> None:
    for got in (
        client.get("/v1/gate", params={**CUDA, **said}),
        client.post("/v1/ask/gate", json={**CUDA, **said}),
    ):
        assert got.status_code == 400, got.text
        assert path is None or got.json()["path"] == path
    assert client.post("/v1/ask/gate", json={**CUDA, "fail_on": 1}).status_code == 400


def test_a_threshold_is_the_worst_that_is_let_through(house: House) -> None:
    assert threshold_of("breaks") == VERDICTS.get("BREAKS")
    assert threshold_of("") is None
    gate = gate_of(house.ask(Impact(**CUDA, at=house.at())), VERDICTS.get("UNKNOWN"))
    counts = gate.impact.counts
    assert gate.met == counts.breaks + counts.rebuild + counts.unknown
