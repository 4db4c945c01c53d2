"""How many SQL statements each field at the top costs: a few, whatever comes back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from graphql import is_object_type

from api.graphql.published import examples, published
from lineage.model.document import Upload
from lineage.model.identity import Key
from tests.houses import ESTATE

HOST = ESTATE / "hosts" / "gpu-h100-01.cdx.json"
MOST = 14
NEEDED = {"claims": 'key: "chat", ', "history": 'key: "chat", '}
ROWS = "totalCount revision pageInfo { startCursor endCursor } edges { cursor node { __typename } }"


def arrive(house: Any, count: int) -> None:
    for number in range(count):
        key = Key(f"host:demo/gpu-{number}")
        house.receive(Upload(content=HOST.read_bytes(), name=HOST.name, subject=key))


@pytest.fixture
def cost(client: Any, counted: Any) -> Callable[..., int]:
    """How many statements a query takes; those of who follows the record beside it are none."""

    def measure(query: str, **variables: Any) -> int:
        body = {"query": query, "variables": variables}
        taken: list[int] = []
        while len(taken) < 12 and taken.count(min(taken, default=0)) < 3:
            with counted() as statements:
                answer = client.post("/graphql", json=body).json()
            assert "errors" not in answer, answer
            taken.append(len(statements))
        return min(taken)

    return measure


def connections(schema: Any) -> list[str]:
    """The fields at the top that are lists."""
    fields = schema.query_type.fields
    return [name for name, one in fields.items() if "first" in one.args and is_paged(one.type)]


def is_paged(kind: Any) -> bool:
    kind = getattr(kind, "of_type", kind)
    return is_object_type(kind) and kind.name.endswith("Connection")


def test_a_page_takes_no_more_statements_however_long_it_is(built, house, cost) -> None:
    arrive(house, 25)
    lists = connections(built._schema)
    assert len(lists) > 15
    for name in lists:
        query = f"query($n: Int) {{ {name}({NEEDED.get(name, '')}first: $n) {{ {ROWS} }} }}"
        counts = [cost(query, n=first) for first in (1, 60)]
        # A page that another follows is held for whoever goes on.
        assert counts[1] <= counts[0] <= MOST, (name, counts)


@pytest.mark.parametrize("field", ["members { component }", "properties { name value }"])
def test_rows_that_become_whole_answers_take_no_more(house, cost, field) -> None:
    arrive(house, 25)
    query = f"query($n: Int) {{ components(first: $n) {{ nodes {{ key revision {field} }} }} }}"
    counts = [cost(query, n=first) for first in (1, 60)]
    assert counts[1] <= counts[0] <= MOST, counts


def test_every_other_field_takes_as_many_however_much_there_is(built, client, house, cost) -> None:
    given = examples(house.handle.views.view(house.at()))
    receipts = client.post("/graphql", json={"query": "{ receipts(first: 1) { nodes { id } } }"})
    (receipt,) = receipts.json()["data"]["receipts"]["nodes"]
    found = client.post(
        "/graphql", json={"query": '{ component(key: "chat") { ... on Component { id } } }'}
    )
    node = found.json()["data"]["component"]["id"]
    queries: dict[str, tuple[str, dict[str, Any]]] = {
        one.name: (one.query, dict(given.get(one.name, {}))) for one in published()
    }
    queries["receipt"] = (f"{{ receipt(id: {json.dumps(receipt['id'])}) {{ __typename }} }}", {})
    queries["node"] = (f"{{ node(id: {json.dumps(node)}) {{ id __typename }} }}", {})
    queries["revision"] = ("{ revision { number chain } }", {})
    others = set(built._schema.query_type.fields) - set(connections(built._schema))
    assert others <= set(queries)
    few = {name: cost(queries[name][0], **queries[name][1]) for name in others}
    arrive(house, 25)
    many = {name: cost(queries[name][0], **queries[name][1]) for name in others}
    assert many == few
    assert max(few.values()) <= MOST, few


def test_the_first_answer_after_a_document_does_not_read_the_rest_again(
    house, cost, counted
) -> None:
    arrive(house, 25)
    view = house.handle.views.view(house.at())
    assert len(view.assemblies) > 20
    for number in (100, 101):
        key = Key(f"host:demo/gpu-{number}")
        house.receive(Upload(content=HOST.read_bytes(), name=HOST.name, subject=key))
        with counted() as statements:
            house.handle.views.view(house.at())
        assert len(statements) <= MOST, statements
