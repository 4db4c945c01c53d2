"""The schema: printed and unchanged, derived from rows, good for the published queries."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import parse, validate

from api.graphql.published import published
from api.graphql.schema import build_schema
from lineage.vocabulary.changes import CHANGES, REASONS, VERDICTS
from lineage.vocabulary.edges import EDGES
from lineage.vocabulary.nodes import NODES
from lineage.vocabulary.rows import NodeKind
from queries.asking import questions

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def schema():
    return build_schema()


def test_the_printed_schema_is_the_schema(schema) -> None:
    printed = (ROOT / "api" / "schema.graphql").read_text()
    assert printed == schema.as_str() + "\n", "run: lineage schema > api/schema.graphql"


def test_every_row_is_an_enum_value(schema) -> None:
    text = schema._schema
    for name, table in (("NodeKind", NODES), ("EdgeKind", EDGES), ("ChangeKind", CHANGES),
                        ("Verdict", VERDICTS), ("Reason", REASONS)):  # fmt: skip
        values = text.type_map[name].values
        assert {value.value for value in values.values()} == set(table.names())
        for row in table:
            assert values[row.name.upper()].description == row.description


def test_every_kind_has_its_type(schema) -> None:
    interface = schema._schema.type_map["Component"]
    made = {kind.name for kind in schema._schema.get_possible_types(interface)}
    assert made == {row.graphql for row in NODES}


def test_a_kind_is_one_row() -> None:
    row = NodeKind(name="spaceship", graphql="Spaceship", plural="spaceships", scheme="opaque",
                   description="It flies.")  # fmt: skip
    NODES.add(row)
    try:
        made = build_schema()._schema
    finally:
        NODES.remove("spaceship")
    assert made.type_map["Spaceship"].description == "It flies."
    assert "Component" in {one.name for one in made.type_map["Spaceship"].interfaces}
    assert "SPACESHIP" in made.type_map["NodeKind"].values
    assert "Spaceship" in {one.name for one in made.type_map["ComponentResult"].types}
    assert "Spaceship" not in build_schema()._schema.type_map


def test_a_question_is_a_field(schema) -> None:
    fields = schema._schema.query_type.fields
    assert set(questions()) <= set(fields)
    for name in questions():
        assert {"asOf", "atLeast", "scope", "stream"} <= set(fields[name].args)


@pytest.mark.parametrize("one", published(), ids=lambda one: one.name)
def test_published_queries_are_valid(schema, one) -> None:
    assert validate(schema._schema, parse(one.query)) == []
    assert one.title


def test_every_question_has_a_published_query() -> None:
    assert set(questions()) <= {one.name for one in published()}


def test_published_queries_answer_with_the_menus_variables(client) -> None:
    import json
    import re

    page = client.get("/graphql", headers={"Accept": "text/html"}).text
    (data,) = re.findall(r'id="published">(.*?)</script>', page, re.DOTALL)
    menu = json.loads(data)
    assert {one["name"] for one in menu} == {one.name for one in published()}
    for one in menu:
        body = {"query": one["query"], "variables": one["variables"]}
        answer = client.post("/graphql", json=body).json()
        assert "errors" not in answer, (one["name"], answer["errors"])
        (found,) = answer["data"].values()
        typename = found.get("__typename")
        assert typename not in ("NotFound", "Ambiguous", "Invalid", "Stale"), one["name"]
