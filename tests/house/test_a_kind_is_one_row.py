"""A kind is one row: add one and the schema, validation, docs and strategies know it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.graphql.schema import build_schema
from docs.generate import pages
from lineage.errors import KeyMalformedError
from lineage.model.claim import Claim, Component, Edge, OfComponent
from lineage.model.document import Circumstance, Reading
from lineage.model.identity import Key, identify
from lineage.normalise.steps import normalise
from lineage.vocabulary.edges import EDGES
from lineage.vocabulary.nodes import NODES
from lineage.vocabulary.rows import EdgeKind, NodeKind
from tests.strategies.estates import legal

NODE = NodeKind(
    name="robot",
    graphql="Robot",
    plural="robots",
    scheme="semver",
    description="Something that moves by itself.",
)
EDGE = EdgeKind(
    name="steered_by",
    downstream=("robot",),
    upstream=("model",),
    edge_class="dependence",
    holds="everywhere",
    description="Moves as this model says.",
)


@pytest.fixture
def rows() -> Iterator[None]:
    """One node kind and one edge kind more, for the length of a test."""
    _forget()
    NODES.add(NODE)
    EDGES.add(EDGE)
    yield
    NODES.remove(NODE.name)
    EDGES.remove(EDGE.name)
    _forget()


def _forget() -> None:
    identify.cache_clear()
    legal.cache_clear()


def test_without_the_row_nobody_knows_it() -> None:
    identify.cache_clear()
    with pytest.raises(KeyMalformedError, match="robot"):
        identify("robot:acme/arm@1.0")
    assert "type Robot " not in build_schema().as_str()


@pytest.mark.usefixtures("rows")
def test_keys_may_be_of_the_kind() -> None:
    found = identify("robot:acme/arm@1.0")
    assert (found.kind, found.version, found.scheme) == ("robot", "1.0", "semver")


@pytest.mark.usefixtures("rows")
def test_graphql_has_the_type_and_the_enum_values() -> None:
    printed = build_schema().as_str()
    assert "type Robot implements" in printed
    assert NODE.description in printed
    assert "\n  ROBOT\n" in printed
    assert "\n  STEERED_BY\n" in printed


@pytest.mark.usefixtures("rows")
def test_the_reference_page_lists_them() -> None:
    kinds = dict(pages())["kinds.md"]
    assert "| robot | Robot |" in kinds
    assert "| steered_by | robot | model |" in kinds


@pytest.mark.usefixtures("rows")
def test_validation_takes_legal_ends_and_refuses_others() -> None:
    arm, model, data = Key("robot:a/arm@1"), Key("model:a/m@1"), Key("dataset:a/d@1")
    parts = [
        Component(arm, "robot", "arm", "1"),
        Component(model, "model", "m", "1"),
        Component(data, "dataset", "d", "1"),
        Edge("steered_by", OfComponent(arm), model),
        Edge("steered_by", OfComponent(arm), data),
    ]
    reading = Reading(
        format="test",
        version="1",
        subject=arm,
        own_subject=True,
        claims=tuple(Claim(part, path=f"parts[{at}]") for at, part in enumerate(parts)),
    )
    done = normalise(reading, Circumstance(namespace="a"))
    steered = [
        claim.statement.upstream
        for claim in done.claims
        if isinstance(claim.statement, Edge) and claim.statement.kind == "steered_by"
    ]
    assert steered == [model]
    assert data not in steered


@pytest.mark.usefixtures("rows")
def test_the_strategies_draw_it() -> None:
    assert EDGE in legal("robot:a/arm@1", "model:a/m@1", inside=False)
    assert EDGE not in legal("model:a/m@1", "robot:a/arm@1", inside=False)
