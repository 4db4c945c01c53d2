"""A query ends in time with a code; what it works out is kept; a write is never cut off."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.graphql.deadline import Deadline
from api.graphql.execution import Executor, Request
from api.house import House
from tests.houses import copy_of, open_at

SLOW = '{ search(text: "chat", atLeast: 99) { ... on SearchAnswer { total } } }'
SET = """mutation { set(key: "chat", name: "criticality", value: "high") {
    ... on Receipt { revision } ... on Failure { code } } }"""


@pytest.fixture
def limited(template: Path, tmp_path: Path, built: Any) -> Iterator[tuple[TestClient, House]]:
    """A server whose queries may take half a second, and waits for revisions longer than that."""
    house = open_at(copy_of(template, tmp_path), at_least_wait=2.0, max_query_seconds=0.5)
    with TestClient(create_app(house, built), base_url="http://localhost") as client:
        yield client, house
    house.record.close()


def codes(body: dict[str, Any]) -> list[str]:
    return [error["extensions"]["code"] for error in body["errors"]]


def delayed(work: Callable[..., Any], seconds: float) -> Callable[..., Any]:
    def late(*given: Any, **named: Any) -> Any:
        time.sleep(seconds)
        return work(*given, **named)

    return late


@pytest.mark.parametrize("media", ["application/json", "application/graphql-response+json"])
def test_whoever_waits_is_told_in_time(limited, media) -> None:
    client, _ = limited
    begin = time.monotonic()
    response = client.post("/graphql", json={"query": SLOW}, headers={"Accept": media})
    assert 0.5 <= time.monotonic() - begin < 1.9
    assert (response.status_code, response.json()["data"]) == (200, None)
    assert codes(response.json()) == ["TIME_EXCEEDED"]
    assert "0.5 seconds" in response.json()["errors"][0]["message"]
    assert response.headers["cache-control"] == "no-store"


def test_what_was_worked_out_is_kept(limited, monkeypatch) -> None:
    client, _house = limited
    query = {"query": '{ search(text: "chat") { ... on SearchAnswer { total } } }'}
    with monkeypatch.context() as slow:
        from api import house as place

        slow.setattr(place, "ask", delayed(place.ask, 0.8))
        assert codes(client.post("/graphql", json=query).json()) == ["TIME_EXCEEDED"]
    again: list[Any] = []
    monkeypatch.setattr(place, "ask", lambda *given: again.append(given))
    # Whoever asks the same meanwhile waits for the one who works it out, as long as it may.
    for _ in range(60):
        body = client.post("/graphql", json=query).json()
        if body["data"] is not None:
            break
        assert codes(body) == ["TIME_EXCEEDED"]
    assert body["data"]["search"]["total"] > 0
    assert again == []


def test_no_field_is_asked_once_the_time_is_over(built, house, monkeypatch) -> None:
    asked: list[Any] = []
    ask = type(house).ask

    def noted(self: House, question: Any) -> Any:
        asked.append(question)
        time.sleep(0.3)
        return ask(self, question)

    monkeypatch.setattr(type(house), "ask", noted)
    one = "{ ... on SearchAnswer { total found { key } } }"
    text = f'{{ a: search(text: "a") {one} b: search(text: "b") {one} }}'
    response = Executor(built, house)(Request(query=text, deadline=Deadline(0.2)))
    assert codes(response.body) == ["TIME_EXCEEDED"]
    assert response.body["data"] is None
    assert len(asked) == 1
    done = Executor(built, house)(Request(query=text, deadline=Deadline(20)))
    assert set(done.body["data"]) == {"a", "b"}


def test_a_write_is_not_cut_off(limited, monkeypatch) -> None:
    client, house = limited
    before = house.head().number
    monkeypatch.setattr(House, "receive", delayed(House.receive, 1.0))
    body = client.post("/graphql", json={"query": SET}).json()
    assert body["data"]["set"] == {"revision": before + 1}


def test_a_write_does_not_begin_once_nobody_waits(built, house) -> None:
    deadline = Deadline(0)
    assert deadline.give_up()
    response = Executor(built, house)(Request(query=SET, deadline=deadline))
    assert codes(response.body) == ["TIME_EXCEEDED"]
    assert house.head().number == 4
    begun = Deadline(0)
    assert begun.lift()
    assert not begun.give_up()
    assert not begun.passed()
