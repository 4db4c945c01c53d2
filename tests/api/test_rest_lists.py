"""Lists over REST: streamed to the end, packed on the way, and waited for."""

from __future__ import annotations

import csv
import gzip
import io
import json
import threading
import time
import tracemalloc
from dataclasses import replace

import orjson
import pytest
import zstandard
from starlette.testclient import TestClient

from api.house import House
from api.rest.streaming import stream_of
from api.whole import written
from lineage.flow import set_property
from queries import whole
from queries.asking import ask, questions
from queries.components import Components

LISTS = [
    "components", "services", "models", "datasets", "hardware", "runs", "assemblies", "edges",
    "occurrences", "documents", "submissions", "streams", "revisions", "changes",
]  # fmt: skip


def test_every_list_is_there_as_json_ndjson_and_csv(
    client: TestClient, house: House, monkeypatch
) -> None:
    monkeypatch.setattr(whole, "PAGE", 3)
    known = {one.name for one in questions().values() if whole.is_list(one)}
    assert set(LISTS) <= known
    for name in LISTS:
        question = questions()[name].question(at=house.at(), first=1000)
        rows = json.loads(orjson.dumps(house.ask(question).rows, default=dict))
        lines = client.get(f"/v1/{name}.ndjson").text.splitlines()
        assert [json.loads(line) for line in lines] == rows, name
        table = list(csv.reader(io.StringIO(client.get(f"/v1/{name}.csv").text)))
        assert len(table) == len(rows) + 1, name
        page = client.get(f"/v1/{name}", params={"first": 2}).json()
        assert page["rows"] == rows[:2], name
        assert page["has_next"] is (len(rows) > 2)


def test_one_grammar_narrows_and_orders(client: TestClient) -> None:
    given = {"where": '{"kind": ["model", "dataset"], "not": {"licence": null}}',
             "order_by": ["-kind", "name"]}  # fmt: skip
    lines = client.get("/v1/components.ndjson", params=given).text.splitlines()
    found = [(row["kind"], row["name"]) for row in map(json.loads, lines)]
    assert found == sorted(found, key=lambda one: (-ord(one[0][0]), one[1]))
    assert {kind for kind, _ in found} == {"model", "dataset"}
    first = client.get("/v1/components.ndjson", params={**given, "first": 1}).text.splitlines()
    assert first == lines[:1]
    page = client.get("/v1/components", params={**given, "first": 2}).json()
    place = orjson.dumps(page["places"][-1]).decode()
    rest = client.get("/v1/components.ndjson", params={**given, "after": place}).text.splitlines()
    assert rest == lines[2:]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ('/v1/components.ndjson?where={"colour":1}', "WHERE_INVALID"),
        ("/v1/components.csv?where={", "WHERE_INVALID"),
        ("/v1/components.csv?order_by=colour", "WHERE_INVALID"),
        ("/v1/components.ndjson?first=-1", "ARGUMENT_INVALID"),
        ("/v1/components.ndjson?first=ten", "PARAMETER_INVALID"),
        ("/v1/components?first=10000000", "ARGUMENT_INVALID"),
        ("/v1/components.ndjson?after=[1]", "ARGUMENT_INVALID"),
        ("/v1/components?first=3&last=2", "ARGUMENT_INVALID"),
        ("/v1/submissions?first=3&last=2", "ARGUMENT_INVALID"),
        ("/v1/history?key=chat&first=3&last=2", "ARGUMENT_INVALID"),
        ("/v1/components.ndjson?stream=nobody", "STREAM_INVALID"),
        ("/v1/changes?after=x", "ARGUMENT_INVALID"),
        ("/v1/streams?after=[1]", "ARGUMENT_INVALID"),
        ("/v1/changes?wait=61", "PARAMETER_INVALID"),
        ("/v1/components?wait=1", "PARAMETER_INVALID"),
    ],
)
def test_a_list_that_cannot_be_is_refused_before_it_begins(
    client: TestClient, path: str, code: str
) -> None:
    got = client.get(path)
    assert (got.status_code, got.json()["code"]) == (400, code), got.text


@pytest.mark.parametrize("coding", ["zstd", "gzip"])
def test_answers_are_packed_as_they_are_sent(client: TestClient, coding: str) -> None:
    plain = client.get("/v1/components.csv", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    with client.stream(
        "GET", "/v1/components.csv", headers={"Accept-Encoding": coding}
    ) as response:
        assert response.headers["content-encoding"] == coding
        raw = b"".join(response.iter_raw())
    if coding == "zstd":
        unpacked = zstandard.ZstdDecompressor().decompressobj().decompress(raw)
    else:
        unpacked = gzip.decompress(raw)
    assert unpacked == plain.content
    assert len(raw) < len(plain.content) / 2
    whole_answer = client.get("/v1/impact?key=CUDA%2012", headers={"Accept-Encoding": coding})
    assert whole_answer.headers["content-encoding"] == coding
    assert whole_answer.json()["counts"]["breaks"] > 0


def test_changes_are_waited_for(client: TestClient, house: House) -> None:
    begin = time.monotonic()
    nothing = client.get("/v1/changes", params={"after": 4, "wait": 0.3}).json()
    assert (nothing["rows"], nothing["revision"]) == ([], 4)
    assert 0.25 < time.monotonic() - begin < 5

    def later() -> None:
        time.sleep(0.3)
        set_property(house.record, "service:demo/chat@1.2", "owner", "ann")

    writer = threading.Thread(target=later)
    writer.start()
    news = client.get("/v1/changes", params={"after": 4, "wait": 30}).json()
    writer.join()
    assert [row["number"] for row in news["rows"]] == [5]
    assert time.monotonic() - begin < 20
    seen = client.get("/v1/changes.ndjson", params={"after": 3, "wait": 30}).text
    assert [json.loads(line)["number"] for line in seen.splitlines()] == [4, 5]


class _Many:
    """Pages of a hundred thousand rows, each made when it is asked for."""

    def __init__(self, page: object, rows: int) -> None:
        self.page, self.rows, self.asked = page, rows, 0

    def __call__(self, _handle: object, question: Components) -> object:
        self.asked += question.first
        copies = tuple(replace(self.page.rows[0], name=f"n{one}") for one in range(question.first))
        return replace(
            self.page, rows=copies, places=(("x", "y"),), has_next=self.asked < self.rows
        )


def test_a_hundred_thousand_rows_take_the_memory_of_a_page(house: House, monkeypatch) -> None:
    page = ask(house.handle, Components(at=house.at(), first=1))
    peaks = {}
    for rows in (2_000, 100_000):
        monkeypatch.setattr(whole, "ask", _Many(page, rows))
        tracemalloc.start()
        pieces = written(house.handle, Components(at=house.at()), "csv").pieces
        response = stream_of(pieces, "text/csv", "identity")
        size = _drained(response)
        peaks[rows] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert size > rows * 50
    assert peaks[100_000] < peaks[2_000] * 1.5, peaks


def _drained(response) -> int:
    import asyncio

    async def run() -> int:
        size = 0
        async for chunk in response.body_iterator:
            size += len(chunk)
        return size

    return asyncio.run(run())


def test_a_list_and_a_part_of_it_are_not_both_given(client) -> None:
    for parts in (["[3]", "4"], ["3", "[4]"], ["[3]", "[4]"]):
        answer = client.get("/v1/changes", params={"after": parts})
        assert (answer.status_code, answer.json()["code"]) == (400, "PARAMETER_INVALID")
        assert "twice" in answer.json()["detail"]


def test_the_last_rows_are_the_last_of_a_long_list(client: TestClient, house: House) -> None:
    for number in range(120):
        set_property(house.record, "service:demo/chat@1.2", "owner", f"ann {number}")
    for name in ("submissions", "changes", "revisions"):
        whole = client.get(f"/v1/{name}", params={"first": 1000}).json()["rows"]
        assert len(whole) > 100
        found = client.get(f"/v1/{name}", params={"last": 3}).json()
        assert found["rows"] == whole[-3:], name
        assert (found["has_next"], found["has_previous"]) == (False, True)
