"""On every list: what cannot be answered is a coded error, what there is none of an empty page."""

from __future__ import annotations

import json
from typing import Any

import pytest
from graphql import GraphQLSchema

from tests.api.test_graphql_statements import NEEDED, connections

PAGE = "totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor }"
NOBODY = '{name: {eq: "nobody"}}'
NOTHING = {"edges": f"{{upstream: {NOBODY}}}", "occurrences": f"{{component: {NOBODY}}}"}
"""Filters that nothing passes, of lists whose rows have no name."""


@pytest.fixture(scope="module")
def schema(built: Any) -> GraphQLSchema:
    return built._schema


def page(name: str, **given: Any) -> str:
    """The query for a page of a list; a filter is given as GraphQL writes it."""
    said = [
        f"{one}: {value if one == 'where' else json.dumps(value, ensure_ascii=False)}"
        for one, value in given.items()
    ]
    arguments = NEEDED.get(name, "") + ", ".join(said)
    return f"{{ {name}{f'({arguments})' if arguments else ''} {{ {PAGE} }} }}"


def narrowed(schema: GraphQLSchema) -> list[str]:
    fields = schema.query_type.fields
    return [name for name in connections(schema) if "where" in fields[name].args]


def test_ten_million_rows_are_refused(schema, fail) -> None:
    names = connections(schema)
    assert len(names) > 15
    for name in names:
        for side in ("first", "last"):
            assert fail(page(name, **{side: 10_000_000})) == ["BUDGET_EXCEEDED"], name
            assert fail(page(name, **{side: 10_001})) == ["ARGUMENT_INVALID"], name
            assert fail(page(name, **{side: -1})) == ["ARGUMENT_INVALID"], name
    found = '{ search(text: "a", first: 10000000) { ... on SearchAnswer { found { key name } } } }'
    assert fail(found) == ["BUDGET_EXCEEDED"]


def test_cursors_are_of_one_list_as_it_was_asked_for(schema, ask, fail) -> None:
    cursors = {}
    for name in connections(schema):
        found = ask(page(name, first=1))[name]
        if found["edges"]:
            cursors[name] = found["pageInfo"]["endCursor"]
    assert len(cursors) > 10
    names = list(cursors)
    for at, (name, own) in enumerate(cursors.items()):
        ask(page(name, after=own))  # it is one of this list
        forged = own[:-2] + ("A" if own[-2] != "A" else "B") + own[-1]
        for bad in (cursors[names[at - 1]], forged, "", "nonsense", own + "AAAA", "é" * 9):
            for side in ("after", "before"):
                assert fail(page(name, **{side: bad})) == ["CURSOR_INVALID"], (name, bad)
        if name in narrowed(schema):
            other = page(name, after=own, where=f"{{not: {NOTHING.get(name, NOBODY)}}}")
            assert fail(other) == ["CURSOR_INVALID"], name


def test_a_filter_that_nothing_passes_leaves_an_empty_page(schema, ask) -> None:
    names = narrowed(schema)
    assert set(NOTHING) < set(names)
    for name in names:
        found = ask(page(name, where=NOTHING.get(name, NOBODY)))[name]
        assert (found["totalCount"], found["edges"]) == (0, []), name
        assert found["pageInfo"] == {
            "hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None,
        }, name  # fmt: skip


def test_versions_of_another_scheme_are_counted_and_in_no_page(ask) -> None:
    every = ask("{ components(first: 1000) { totalCount nodes { key version } } }")["components"]
    assert every["totalCount"] == len(every["nodes"])
    versioned = {one["key"] for one in every["nodes"] if one["version"]}
    ours = {key for key in versioned if key.startswith("pkg:pypi/")}
    assert versioned > ours
    query = """query($scheme: String) {
        components(where: {version: {range: ">=0", scheme: $scheme}}, first: 1000) {
          totalCount cannotCompare nodes { key } } }"""
    for scheme, some in (("pep440", ours), ("deb", set())):
        found = ask(query, scheme=scheme)["components"]
        assert {one["key"] for one in found["nodes"]} == some
        assert found["totalCount"] == len(some)
        assert found["cannotCompare"] == len(versioned - some)
