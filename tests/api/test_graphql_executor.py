"""Plain fields are read as they are; answers and errors are those of graphql-core all the same."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import strawberry
from graphql import execute_sync, parse, validate

from api.graphql.context import Context
from api.graphql.deadline import Deadline
from api.graphql.direct import attribute_of, read_directly
from api.graphql.executor import PlainExecutor
from api.graphql.published import examples, published
from api.house import House
from tests.houses import copy_of, open_at

QUERIES = {
    "aliases": "query($where: ComponentWhere) { a: LIST { n: nodes { k: key other: key } } }",
    "fragments": """query($where: ComponentWhere) { LIST { nodes { ...F ... on Service { owner }
        ... on Component { kind ... on Model { licence } } } } }
        fragment F on Component { id key ...G } fragment G on Component { name key }""",
    "names of types": "query($where: ComponentWhere) { __typename LIST { __typename nodes "
    "{ __typename t: __typename key } } }",
    "conditions": "query($no: Boolean = false) { components { nodes { key @include(if: $no) "
    "name @skip(if: $no) ...F @include(if: $no) } } } fragment F on Component { kind }",
    "rows that become whole answers": """{ components(first: 5) { nodes { key heldBy revision
        members { component } properties { name value } } } }""",
    "lists and nulls": "{ components { nodes { key tags version owner lifecycle archived } } }",
    "several lists": """{ edges(first: 9) { nodes { kind downstream confidence unpinned } }
        assemblies { nodes { key members streams } } revision { number at chain } }""",
}  # fmt: skip


@pytest.fixture(scope="module")
def shared(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house that nobody here writes to."""
    opened = open_at(copy_of(template, tmp_path_factory.mktemp("executor")))
    yield opened
    opened.close()


def both(schema: Any, house: House, query: str, variables: dict[str, Any]) -> list[Any]:
    """What our executor and graphql-core's own make of it."""
    found = []
    document = parse(query)
    assert validate(schema, document) == []
    for executor in (PlainExecutor, None):
        context = Context(house=house, deadline=Deadline(60))
        found.append(
            execute_sync(
                schema, document, context_value=context, variable_values=variables,
                executor_class=executor,
            )
        )  # fmt: skip
    return found


@pytest.mark.parametrize("one", published(), ids=lambda one: one.name)
def test_published_queries_are_answered_as_graphql_core_does(built, shared, one) -> None:
    given = examples(shared.handle.views.view(shared.at())).get(one.name, {})
    ours, theirs = both(built._schema, shared, one.query, given)
    assert (ours.errors, theirs.errors) == (None, None)
    assert ours.data == theirs.data


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("where", [{}, {"kind": {"eq": "MODEL"}}])
def test_selections_are_answered_as_graphql_core_does(built, shared, name, where) -> None:
    given = {"where": where} if "$where:" in QUERIES[name] else {"no": bool(where)}
    text = QUERIES[name].replace("LIST", "components(first: 50, where: $where)")
    ours, theirs = both(built._schema, shared, text, given)
    assert (ours.errors, theirs.errors) == (None, None)
    assert ours.data == theirs.data
    assert list(ours.data) == list(theirs.data)
    assert str(ours.data) == str(theirs.data)  # in the order that was asked for


Colour = strawberry.enum(Enum("Colour", {"RED": "red"}))


@strawberry.type
class Thing:
    name: str
    colour: Colour | None  # type: ignore[valid-type]
    size: int | None
    needed: str
    things: list[Thing | None] | None

    @strawberry.field
    def doubled(self) -> int:
        return 2 * (self.size or 0)


class Broken:
    colour = "red"
    things = None

    def __init__(self, **given: Any) -> None:
        self.__dict__.update(given)

    @property
    def name(self) -> str:
        raise ValueError("no name today")


EVERY = "size name needed colour"
GOOD = SimpleNamespace(name="a", colour="red", size=3, needed="x", things=[])
ODD = {
    "an attribute that raises": Broken(size=1, needed="x"),
    "an attribute that is not there": SimpleNamespace(name="a"),
    "null where there must be a value": SimpleNamespace(**{**vars(GOOD), "needed": None}),
    "no value of the enum": SimpleNamespace(**{**vars(GOOD), "colour": "blue"}),
    "a number that is too large": SimpleNamespace(**{**vars(GOOD), "size": 2**40}),
    "text where a number is due": SimpleNamespace(**{**vars(GOOD), "size": "three"}),
}


@pytest.fixture(scope="module")
def small() -> Any:
    @strawberry.type
    class Query:
        @strawberry.field
        def thing(self, info: strawberry.Info) -> Thing | None:
            return info.root_value  # type: ignore[no-any-return]

    schema = strawberry.Schema(Query)._schema
    read_directly(schema)
    assert attribute_of(schema.type_map["Thing"].fields["name"])
    assert not attribute_of(schema.type_map["Thing"].fields["doubled"])
    return schema


@pytest.mark.parametrize("name", ODD)
def test_what_is_wrong_is_told_as_graphql_core_does(small, name) -> None:
    for fields in ("name", "size", "colour", "needed", "doubled", EVERY):
        text = f"{{ thing {{ things {{ {fields} }} {fields} }} }}"
        for root in (ODD[name], SimpleNamespace(**{**vars(GOOD), "things": [GOOD, ODD[name]]})):
            context = SimpleNamespace(deadline=Deadline(60))
            ours, theirs = (
                execute_sync(
                    small, parse(text), root_value=root, context_value=context,
                    executor_class=executor,
                )
                for executor in (PlainExecutor, None)
            )  # fmt: skip
            assert ours.data == theirs.data
            assert ours.errors or fields != EVERY
            assert [e.formatted for e in ours.errors or ()] == [
                e.formatted for e in theirs.errors or ()
            ]
