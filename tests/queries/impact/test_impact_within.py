"""Narrowing to an owner or a deployment environment, and more ways to an item on request."""

from __future__ import annotations

import pytest

from lineage.errors import ArgumentInvalidError, BudgetExceededError
from lineage.model.claim import Component, Edge, OfComponent, Statement
from lineage.model.identity import Key
from queries import ways
from queries.impact import ImpactAnswer
from tests.snapshots import Held, said
from tests.verdict.invented import ENGINES, ask, members, needs, room

A, B, SHARED = (f"environment:acme/{name}" for name in ("a", "b", "shared"))
LAMPS, DESKS, OTHERS = (Key(f"service:acme/{name}@1") for name in ("lamps", "desks", "others"))


def estate() -> list[Held]:
    """Two services with an environment each, and one environment that two services share."""
    lock = (
        *members("glow-runtime-g1@1.3.5", "lamp@1.0"),
        needs("lamp@1.0", "glow-runtime-g1@1.3.5", "<1.4"),
    )
    held: list[Held] = []
    for place in (A, B, SHARED):
        held += room(*lock, key=place)
    runs = {LAMPS: (A, SHARED), DESKS: (B,), OTHERS: (SHARED,)}
    owners = {LAMPS: "Lights", DESKS: "Wood", OTHERS: "Wood"}
    for service, places in runs.items():
        stated: list[Statement] = [
            Component(service, "service", service.partition("/")[2].partition("@")[0], "1"),
            *(Edge("runs_on", OfComponent(service), Key(place)) for place in places),
            said(service, "owner", owners[service]),
        ]
        held.append((service, "world", None, stated, 2))
    deployed = [said(B, "deployment_environment", "prod"), said(A, "deployment_environment", "dev")]
    held.append(("places", "world", None, deployed, 2))
    return held


def places(answer: ImpactAnswer) -> set[str]:
    """The things that the answer speaks of: assemblies, and what carries them."""
    return {one.assembly or one.key for one in answer.affected}


@pytest.mark.parametrize("engine", ENGINES)
def test_an_owner_sees_what_belongs_to_them(engine: str) -> None:
    lights = ask(estate(), "glow 1", engine, owner="Lights")
    assert places(lights) == {A, SHARED, LAMPS}
    assert {row.service for row in lights.portfolio} == {LAMPS}
    assert lights.counts.members == 4
    wood = ask(estate(), "glow 1", engine, owner="Wood")
    assert places(wood) == {B, SHARED, DESKS, OTHERS}
    assert {one for row in wood.portfolio for one in row.services} == {DESKS, OTHERS}


@pytest.mark.parametrize("engine", ENGINES)
def test_where_it_is_deployed_counts_with_whose_it_is(engine: str) -> None:
    prod = ask(estate(), "glow 1", engine, deployment_environment="PROD")
    assert places(prod) == {B, DESKS}
    assert prod.within is not None
    assert (prod.within.assembly, prod.within.deployment_environment) == (None, "prod")
    assert places(ask(estate(), "glow 1", engine, owner="Wood", deployment_environment="prod")) == {
        B, DESKS,
    }  # fmt: skip
    both = ask(estate(), "glow 1", engine, owner="Lights", deployment_environment="prod")
    assert both.affected == ()
    assert both.headline.startswith("For Lights in prod: ")
    assert "nothing was looked at" in both.headline
    assert not both.completeness.complete


def test_the_answer_without_narrowing_says_so() -> None:
    assert ask(estate(), "glow 1").within is None


def test_an_owner_whom_nobody_names_is_an_error_and_not_an_empty_answer() -> None:
    with pytest.raises(ArgumentInvalidError, match="nothing here has 'Light'; stated are Lights"):
        ask(estate(), "glow 1", owner="Light")
    with pytest.raises(ArgumentInvalidError, match="'Lights' has no part in that assembly"):
        ask(estate(), "glow 1", owner="Lights", assembly=B)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_way_to_an_item_is_told_on_request(engine: str) -> None:
    lock = (
        *members("glow-runtime-g1@1.3.5", "lamp@1.0", "shade@2.0"),
        needs("lamp@1.0", "glow-runtime-g1@1.3.5", "<1.4"),
        needs("shade@2.0", "lamp@1.0"),
        needs("shade@2.0", "glow-runtime-g1@1.3.5", ">=1"),
    )
    held = room(*lock)
    assert all(one.paths is None for one in ask(held, "glow 1", engine).affected)
    found = {one.name: one for one in ask(held, "glow 1", engine, paths=5).affected}
    told = [[step.key.rpartition("/")[2] for step in way] for way in found["shade"].paths or ()]
    assert sorted(told) == [
        ["glow-runtime-g1@1.3.5", "lamp@1.0", "shade@2.0"], ["glow-runtime-g1@1.3.5", "shade@2.0"],
    ]  # fmt: skip
    assert (found["shade"].paths or ())[0] == found["shade"].path
    assert (found["lamp"].paths or ()) == (found["lamp"].path,)
    one = {one.name: one for one in ask(held, "glow 1", engine, paths=1).affected}
    assert len(one["shade"].paths or ()) == 1


def test_how_many_ways_and_to_how_many_items_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (0, 21):
        with pytest.raises(ArgumentInvalidError, match="is not in 1 to 20"):
            ask(estate(), "glow 1", paths=number)
    monkeypatch.setattr(ways, "_MOST_ITEMS", 3)
    with pytest.raises(BudgetExceededError, match="narrow the question"):
        ask(estate(), "glow 1", paths=2)
