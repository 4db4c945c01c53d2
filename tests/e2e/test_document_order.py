"""The order in which documents of different slots arrive does not change the graph."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from lineage.model.revision import At, Scope
from lineage.record.store import Record
from tests.e2e.estate_content import demo_steps, seen


def estate(url: str, seed: int | None) -> dict[str, Any]:
    steps = demo_steps()
    if seed is not None:
        random.Random(seed).shuffle(steps)
    with Record.open(url, create=True, namespace="demo") as record:
        for step in steps:
            step(record)
        return {"counts": seen(record), "all": seen(record, At(scope=Scope.ALL))}


@pytest.fixture(scope="module")
def in_order(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return estate(f"sqlite:///{tmp_path_factory.mktemp('order') / 'record.sqlite'}", None)


@pytest.mark.parametrize("seed", range(5))
def test_any_order_gives_the_same_graph(
    seed: int, in_order: dict[str, Any], tmp_path: Path
) -> None:
    other = estate(f"sqlite:///{tmp_path / 'record.sqlite'}", seed)
    assert other == in_order


def test_the_estate_is_worth_comparing(in_order: dict[str, Any]) -> None:
    graph = in_order["counts"]
    assert len(graph["assemblies"]) >= 8
    assert sum(len(one["members"]) for one in graph["assemblies"].values()) > 100
    assert graph["edges"].total() >= 15
    assert graph["lines"]


def test_a_missing_document_is_noticed(in_order: dict[str, Any], tmp_path: Path) -> None:
    with Record.open(f"sqlite:///{tmp_path / 'r.sqlite'}", create=True, namespace="demo") as record:
        for step in demo_steps()[1:]:
            step(record)
        assert seen(record) != in_order["counts"]
