"""Depth, fields, aliases and rows are bounded, in one pass; introspection passes."""

from __future__ import annotations

import time

import pytest
from graphql import get_introspection_query, get_operation_ast, parse

from api.graphql.cost import Limits, check_cost
from lineage.errors import BudgetExceededError

WIDE = Limits(depth=1 << 62, fields=1 << 62, aliases=1 << 62, cost=1 << 62)


def measured(text, variables=None, limits=WIDE):
    document = parse(text)
    return check_cost(document, get_operation_ast(document), variables or {}, limits, 100)


def test_what_is_counted() -> None:
    found = measured("{ a: x { y z } b: x { ...F } } fragment F on T { y { w } }")
    assert (found.depth, found.fields, found.aliases) == (3, 6, 2)


def test_rows_multiply() -> None:
    assert measured("{ l(first: 50) { nodes { a b } } }").cost == 1 + 50 * 3
    assert measured("query($n: Int) { l(first: $n) { nodes { a } } }", {"n": 7}).cost == 1 + 7 * 2
    assert measured("query($n: Int = 5) { l(first: $n) { nodes { a } } }").cost == 1 + 5 * 2
    assert measured("{ l { nodes { a } } }").cost == 1 + 100 * 2
    assert measured("{ l(first: 9) { edges { node { m(first: 9) { nodes { a } } } } } }").cost > 81


@pytest.mark.parametrize("what", ["depth", "fields", "aliases", "cost"])
def test_each_has_a_limit(what) -> None:
    import dataclasses

    limits = dataclasses.replace(WIDE, **{what: 1})
    with pytest.raises(BudgetExceededError) as caught:
        measured("{ a: x(first: 3) { nodes { b: y } } }", limits=limits)
    assert caught.value.data["what"] == what


def test_fragments_are_measured_once() -> None:
    spread = "".join(
        f"fragment F{i} on T {{ a {{ ...F{i + 1} ...F{i + 1} }} }} " for i in range(60)
    )
    text = f"{{ ...F0 }} {spread} fragment F60 on T {{ a }}"
    begin = time.perf_counter()
    found = measured(text)
    assert time.perf_counter() - begin < 0.5
    assert found.fields > 10**17
    assert found.depth == 61


def test_a_small_bomb_is_refused_at_once(client) -> None:
    spread = "".join(f"fragment F{i} on Revision {{ ...F{i + 1} ...F{i + 1} }} " for i in range(24))
    query = f"{{ revision {{ ...F0 }} }} {spread} fragment F24 on Revision {{ number }}"
    begin = time.perf_counter()
    response = client.post("/graphql", json={"query": query})
    assert time.perf_counter() - begin < 3
    assert response.json()["errors"][0]["extensions"]["code"] == "BUDGET_EXCEEDED"


def test_too_many_aliases_are_refused(client) -> None:
    query = "{ " + " ".join(f"a{i}: revision {{ number }}" for i in range(101)) + " }"
    body = client.post("/graphql", json={"query": query}).json()
    assert body["errors"][0]["extensions"]["code"] == "BUDGET_EXCEEDED"
    assert "data" not in body


def test_introspection_passes(client) -> None:
    body = client.post(
        "/graphql", json={"query": get_introspection_query(descriptions=True)}
    ).json()
    assert "errors" not in body
    assert body["data"]["__schema"]["queryType"]["name"] == "Query"


def test_introspection_in_circles_does_not(client) -> None:
    inner = "name"
    for _ in range(8):
        inner = f"fields {{ type {{ {inner} }} }}"
    body = client.post(
        "/graphql", json={"query": f"{{ __schema {{ types {{ {inner} }} }} }}"}
    ).json()
    assert body["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
