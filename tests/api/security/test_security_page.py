"""The page for browsers is open where a token is needed, and shows nothing of what is recorded."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from lineage.record.token import Right

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
QUERY = "{ revision { number } }"


def menu(service: Any, headers: dict[str, str]) -> list[dict[str, Any]]:
    response = service.get("/graphql", headers={**BROWSER, **headers})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    (data,) = re.findall(r'id="published">(.*?)</script>', response.text, re.DOTALL)
    return json.loads(data)


def test_without_a_token_the_page_asks_for_one(service) -> None:
    shown = menu(service, {})
    assert "what_breaks" in {one["name"] for one in shown}
    assert all(one["variables"] == {} for one in shown)
    page = service.get("/graphql", headers=BROWSER).text
    assert 'id="token"' in page
    assert "demo" not in re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)


@pytest.mark.parametrize(("right", "keys"), [(Right.READ, True), (Right.INGEST, False)])
def test_keys_that_exist_are_for_those_who_may_read(service, mint, right, keys) -> None:
    told = {one["name"]: one["variables"] for one in menu(service, mint(right))}
    assert bool(told["component"]) == keys


@pytest.mark.parametrize("name", ["query", "document", "documentId", "extensions"])
def test_a_query_is_no_page(service, name) -> None:
    response = service.get("/graphql", params={name: QUERY}, headers=BROWSER)
    assert response.status_code == 401
    assert "Bearer" in response.headers["www-authenticate"]
    assert "A token is needed" in response.json()["detail"]


def test_what_the_page_asks_needs_a_token(service, mint) -> None:
    assert service.post("/graphql", json={"query": QUERY}, headers=BROWSER).status_code == 401
    wrong = {**BROWSER, "Authorization": "Bearer nobody"}
    assert service.get("/graphql", headers=wrong).status_code == 401
    for accept in ("application/json", "*/*", ""):
        assert service.get("/graphql", headers={"Accept": accept}).status_code == 401
    answer = service.post("/graphql", json={"query": QUERY}, headers=mint(Right.READ))
    assert answer.json()["data"]["revision"]["number"] == 4
