"""Queries that wait for a revision hold no thread, so that nobody else waits behind them."""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from collections.abc import Callable
from typing import Any

from lineage.flow import set_property
from tests.cli.serving import serving
from tests.houses import copy_of, open_at

MANY = 60  # more than there are threads


def ask(url: str, query: str) -> Any:
    request = urllib.request.Request(
        f"{url}/graphql", data=json.dumps({"query": query}).encode(),
        headers={"Content-Type": "application/json"},
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.loads(response.read())


def at_once(count: int, work: Callable[[], Any]) -> tuple[list[threading.Thread], list[Any]]:
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(work())) for _ in range(count)]
    for one in threads:
        one.start()
    return threads, found


def test_a_plain_question_does_not_wait_behind_those_that_do(template, tmp_path, built) -> None:
    file = copy_of(template, tmp_path)
    with serving(file, built, at_least_wait=4) as url:
        ask(url, "{ revision { number } }")
        stale = '{ search(text: "chat", atLeast: 99) { ... on Stale { wanted newest } } }'
        waiting, found = at_once(MANY, lambda: ask(url, stale))
        time.sleep(1)
        asked = ask(url, "{ revision { number } }")
        assert asked["data"]["revision"]["number"] == 4
        assert found == [], "they wait still"
        for one in waiting:
            one.join()
        assert found == [{"data": {"search": {"wanted": 99, "newest": 4}}}] * MANY


def test_each_is_answered_when_its_revision_has_come(template, tmp_path, built) -> None:
    file = copy_of(template, tmp_path)
    house = open_at(file)
    # Two revisions in one query, an answer of which has come before, and a list.
    query = """{
        now: search(text: "chat", atLeast: 4) { ... on SearchAnswer { revision } }
        soon: search(text: "chat", atLeast: 5) { ... on SearchAnswer { revision } }
        later: search(text: "chat", atLeast: 6) { ... on SearchAnswer { revision } }
        streams(atLeast: 6) { totalCount }
    }"""
    with serving(file, built, at_least_wait=30) as url:
        ask(url, "{ revision { number } }")
        began = time.monotonic()
        waiting, found = at_once(5, lambda: ask(url, query))
        for owner in ("ann", "bo"):
            time.sleep(0.5)
            assert found == []
            set_property(house.record, "service:demo/chat@1.2", "owner", owner)
        for one in waiting:
            one.join()
        assert time.monotonic() - began < 20
    for one in found:
        data = one["data"]
        assert data["soon"]["revision"] >= 5
        assert data["later"]["revision"] == 6
        assert data["streams"]["totalCount"] >= 1
    house.record.close()
