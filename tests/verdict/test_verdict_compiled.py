"""Compiled models: what they are bound to, and from what they are to be compiled again."""

from __future__ import annotations

from typing import Any

import pytest

from lineage.model.claim import Component, Edge, OfComponent, Statement
from lineage.model.identity import Key, identify
from queries.impact import ImpactAnswer
from tests.snapshots import Held, edge, member, said
from tests.verdict.invented import ENGINES, ROOM, ask, fact, item, members, pattern, room, verdicts

MODEL, SOURCE = "model:acme/eye.lit@1", "model:acme/eye@7"
RUNTIME = "glow-runtime-g1@1.3.5"
EAST, WEST, SAME = "host:acme/east", "host:acme/west", "host:acme/same"
ROW = fact(
    pattern("model:*.lit"), "engine", capability="glow", bound_to=["glow", "colour"],
    note="lit models hold for one colour and one glow",
)  # fmt: skip


def thing(key: str) -> Component:
    """A component of any kind."""
    found = identify(key)
    return Component(found.key, found.kind, found.name, found.version)


def leans(downstream: str, kind: str, upstream: str) -> Edge:
    """An edge that holds everywhere."""
    return Edge(kind, OfComponent(Key(downstream)), Key(upstream))


def colours(*hosts: tuple[str, str]) -> list[Held]:
    """Hosts and the colour that each gives."""
    return [
        one
        for host, colour in hosts
        for one in room(edge(f"capability:colour@{colour}", "provided_by", host), key=host)
    ]


def estate(*more: Statement, runtime: str = RUNTIME, source: bool = True) -> list[Held]:
    """A room with a runtime and a compiled model."""
    world: list[Statement] = [
        ROW,
        fact("capability:colour", "capability", scheme="dotted", contract="none", from_="host"),
        thing(MODEL),
        thing(SOURCE),
        *([leans(MODEL, "converted_from", SOURCE)] if source else []),
        *more,
    ]
    inside = (member(MODEL, "direct"), said(MODEL, "dependencies", "complete"))
    return room(*members(runtime), *inside, world=world)


def raised(held: list[Held], engine: str = "csr", **more: Any) -> ImpactAnswer:
    """The answer to glow going from 1.3 to 1.4."""
    return ask(held, "capability:glow", engine, **{"from_range": "1.3", "to": "1.4", **more})


@pytest.mark.parametrize("engine", ENGINES)
def test_another_value_of_the_runtime_needs_another_compilation_of_the_source(engine: str) -> None:
    answer = raised(estate(), engine)
    assert verdicts(answer)[MODEL] == ("REBUILD", None)
    assert verdicts(answer, None) == {}, "only what breaks is carried"
    one = item(answer, MODEL)
    assert one.fix is not None
    assert (one.fix.action, one.fix.key) == ("build", SOURCE)
    first = one.because[0]
    assert (first.on, first.bound, first.holds) == ("capability:glow", "model:*.lit", "no")
    assert first.claimed_by == (ROOM,)
    assert [step.key for step in one.path] == [f"pkg:pypi/{RUNTIME}", MODEL]
    assert answer.counts.rebuild == 1
    assert answer.counts.untouched == 0


def test_a_step_of_another_value_does_not_touch_it() -> None:
    assert MODEL not in verdicts(raised(estate(), from_range="1.2"))
    assert MODEL not in verdicts(raised(estate(runtime="glow-runtime-g2@2.1.0")))


def test_without_a_known_source_there_is_no_way_out() -> None:
    one = item(raised(estate(source=False)), MODEL)
    assert (one.verdict, one.fix) == ("REBUILD", None)


@pytest.mark.parametrize(
    ("more", "reached"),
    [
        ({"to": "1.4.2"}, True),
        ({"to": "1.3.9"}, False),
        ({"change": "remove"}, True),
    ],
)
def test_the_runtime_as_a_package_counts_by_the_value_it_gives(
    more: dict[str, str], reached: bool
) -> None:
    held = estate()
    found = verdicts(ask(held, f"pkg:pypi/{RUNTIME}", **more))
    assert (found.get(MODEL) == ("REBUILD", None)) is reached, found


@pytest.mark.parametrize("engine", ENGINES)
def test_a_model_that_is_only_served_is_found_through_what_serves_it(engine: str) -> None:
    world = (
        ROW, thing(MODEL), thing("service:acme/look@1"),
        leans("service:acme/look@1", "serves", MODEL),
        leans("service:acme/look@1", "runs_on", ROOM),
    )  # fmt: skip
    found = verdicts(raised(room(*members(RUNTIME), world=world), engine), None)
    assert found == {MODEL: ("REBUILD", None)}
    away = room(*members("glow-runtime-g2@2.1.0"), world=world)
    assert verdicts(raised(away, engine), None) == {}


def test_one_that_is_inside_is_not_asked_again_for_the_host_of_what_serves_it() -> None:
    held = colours((EAST, "1")) + estate(leans(ROOM, "runs_on", EAST), leans(ROOM, "serves", MODEL))
    found = [(one.key, one.assembly) for one in raised(held).affected if one.key == MODEL]
    assert found == [(MODEL, ROOM)]


def test_a_model_that_nothing_is_known_to_run_may_be_concerned() -> None:
    held = room(*members(RUNTIME), world=(ROW, thing(MODEL)))
    assert verdicts(raised(held), None) == {MODEL: ("REBUILD", None)}


@pytest.mark.parametrize(
    ("to", "stands_on", "wanted"),
    [
        (WEST, (EAST,), ("REBUILD", None)),
        (SAME, (EAST,), None),
        (EAST, (EAST,), None),
        (WEST, (), ("UNKNOWN", "BUILD")),
        (EAST, (EAST, WEST), None),
        (SAME, (EAST, WEST), ("UNKNOWN", "BUILD")),
        ("colour=2", (EAST,), ("REBUILD", None)),
    ],
)
def test_on_a_host_of_another_kind_it_is_to_be_compiled_again(
    to: str, stands_on: tuple[str, ...], wanted: tuple[str, str | None] | None
) -> None:
    hosts = colours((EAST, "1"), (WEST, "2"), (SAME, "1"))
    held = hosts + estate(*(leans(ROOM, "runs_on", host) for host in stands_on))
    answer = ask(held, ROOM, change="place", to=to)
    assert verdicts(answer).get(MODEL) == wanted
    if wanted == ("REBUILD", None):
        assert "to be compiled again: eye.lit" in answer.headline
        fix = item(answer, MODEL).fix
        assert fix is not None
        assert fix.key == SOURCE


def test_a_host_that_changes_its_kind_is_asked_too() -> None:
    held = colours((EAST, "1")) + estate(leans(ROOM, "runs_on", EAST))
    moved = ask(held, "capability:colour", from_range="1", to="2")
    assert verdicts(moved)[MODEL] == ("REBUILD", None)
    other = ask(held, "capability:colour", from_range="3", to="4")
    assert MODEL not in verdicts(other)
