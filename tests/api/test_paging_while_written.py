"""Pages to the end while documents arrive: every row of the cursor's revision once, made once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.house import House
from lineage.flow import set_property
from lineage.model.document import Upload
from queries.question import catalogue_of
from tests.benchmarks.graphql_list import filled
from tests.houses import open_at

QUERY = """query($first: Int, $after: String, $by: [ComponentOrder!]) {
  components(first: $first, after: $after, orderBy: $by) {
    revision totalCount nodes { key owner } pageInfo { endCursor hasNextPage }
  }
}"""
OWNER = [{"field": "OWNER"}, {"field": "NAME", "descending": True}]
SUBJECT = "service:acme/new"


class Writer:
    """Documents that change rows and add some, one whenever it is told, or all the time."""

    def __init__(self, house: House, keys: list[str]) -> None:
        self._house, self._keys = house, keys
        self.written = 0

    def write(self) -> None:
        self.written += 1
        number = self.written
        set_property(
            self._house.record, self._keys[number % len(self._keys)], "owner", f"a{number}"
        )
        content = orjson.dumps({
            "bomFormat": "CycloneDX", "specVersion": "1.6",
            "components": [{"type": "library", "name": f"fresh-{number}", "version": "1",
                            "purl": f"pkg:pypi/fresh-{number}@1"}],
        })  # fmt: skip
        self._house.receive(Upload(content=content, subject=SUBJECT, name="new.cdx.json"))  # type: ignore[arg-type]


def ask(client: TestClient, **variables: Any) -> Any:
    body = client.post("/graphql", json={"query": QUERY, "variables": variables}).json()
    assert "errors" not in body, body["errors"]
    return body["data"]["components"]


def pages(client: TestClient, first: int, by: Any) -> Iterator[Any]:
    after = None
    while True:
        page = ask(client, first=first, after=after, by=by)
        yield page
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def check(file: Path, built: Any, rows: int, size: int) -> None:
    filled(file, rows)
    house = open_at(file, max_page=10_000)
    with TestClient(create_app(house, built), base_url="http://127.0.0.1:8000") as client:
        before = [row for page in pages(client, 10_000, OWNER) for row in page["nodes"]]
        keys = [row["key"] for row in before]
        assert len(set(keys)) == len(keys) >= rows
        writer, seen, revisions = Writer(house, keys), [], set()
        at = house.at()
        held = catalogue_of(house.handle, at)
        for page in pages(client, size, OWNER):
            seen += page["nodes"]
            revisions.add(page["revision"])
            assert page["totalCount"] == len(before)
            writer.write()
            ask(client, first=1)  # somebody else looks at what is newest
        assert seen == before
        assert len(revisions) == 1
        assert writer.written >= 10
        assert house.head().number == revisions.pop() + 2 * writer.written
        assert catalogue_of(house.handle, at) is held
        now = {row["key"] for page in pages(client, 10_000, None) for row in page["nodes"]}
        assert now == {*keys, SUBJECT, f"pkg:pypi/fresh-{writer.written}@1"}
    house.close()


def test_pages_are_of_one_revision_while_documents_arrive(tmp_path: Path, built: Any) -> None:
    check(tmp_path / "l.db", built, rows=2_500, size=100)


@pytest.mark.long
def test_a_hundred_thousand_rows_are_paged_while_documents_arrive(
    tmp_path: Path, built: Any
) -> None:
    check(tmp_path / "l.db", built, rows=100_000, size=1_000)


def test_a_file_is_of_one_revision_while_documents_arrive(tmp_path: Path, built: Any) -> None:
    filled(tmp_path / "l.db", 5_000)
    house = open_at(tmp_path / "l.db")
    with TestClient(create_app(house, built), base_url="http://127.0.0.1:8000") as client:
        before = client.get("/v1/components.ndjson").text
        writer = Writer(house, [orjson.loads(line)["key"] for line in before.splitlines()])
        over = threading.Event()

        def write() -> None:
            while not over.is_set():
                writer.write()

        thread = threading.Thread(target=write)
        with client.stream("GET", "/v1/components.ndjson") as answer:
            thread.start()
            found = "".join(answer.iter_text())
        over.set()
        thread.join()
        assert found == before
        assert writer.written > 0
        assert client.get("/v1/components.ndjson").text != before
    house.close()
