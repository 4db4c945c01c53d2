"""End of life over lines: on a capability, and known from everywhere; by hand, on both engines."""

from __future__ import annotations

import pytest

from lineage.errors import ChangeInvalidError
from lineage.model.claim import Component, Edge, OfComponent, Requirement, Statement
from lineage.model.identity import Key
from queries.impact import ImpactAnswer
from tests.snapshots import Held, member, said
from tests.verdict.invented import ENGINES, ROOM, ask, declares, members, needs, p, room, verdicts

RUNTIME = "glow-runtime-g1@1.3.5"
NOTICED, GONE = ("NOTICE", None), ("SWAPPED", None)
HALL = "environment:acme/hall"
DAY = "2027-01-31"


def ends(held: list[Held], key: str, engine: str = "csr", **more: str) -> ImpactAnswer:
    """The answer to the end of life of something on one day."""
    return ask(held, key, engine, change="end_of_life", to=DAY, **more)


def service(name: str, raw: str) -> list[Statement]:
    """A service that states a line on the capability, and is no assembly."""
    key = Key(f"service:acme/{name}@1")
    wish = Requirement(raw, "dotted")
    return [
        Component(key, "service", name, "1"),
        Edge("requires", OfComponent(key), Key("capability:glow"), wish),
    ]


def line(package: str, raw: str) -> Edge:
    """A line of a package on the capability, known from everywhere."""
    wish = Requirement(raw, "dotted")
    return Edge("requires", OfComponent(Key(p(package))), Key("capability:glow"), wish)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_gives_a_value_what_stands_on_it_and_what_asks_for_it(engine: str) -> None:
    held = room(
        *members(RUNTIME, "lamp@1.0", "old@1", "new@1", "desk@1"),
        needs("lamp@1.0", RUNTIME, ">=1"),
        world=[line("old@1", ">=1,<2"), line("new@1", ">=2"), *service("chat", ">=1.2"),
               *service("next", ">=2")],
    )  # fmt: skip
    answer = ends(held, "glow 1", engine)
    assert verdicts(answer, None) == {
        RUNTIME: GONE, "service:acme/chat@1": NOTICED, ROOM: NOTICED,
    }  # fmt: skip
    assert verdicts(answer, ROOM) == {"lamp@1.0": NOTICED, "old@1": NOTICED}
    assert DAY in answer.headline
    assert ends(held, "glow 2", engine).counts.swapped == 0
    assert set(verdicts(ends(held, "glow 2", engine), None)) == {"service:acme/next@1"} | {
        "service:acme/chat@1"
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_where_nobody_provides_it_the_lines_alone_speak(engine: str) -> None:
    held = room(*members("old@1", "new@1"), world=[line("old@1", ">=1,<2"), line("new@1", ">=2")])
    answer = ends(held, "glow 1", engine)
    assert verdicts(answer, None) == {}
    assert verdicts(answer, ROOM) == {"old@1": NOTICED}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_line_known_from_everywhere_counts_where_nothing_else_is_known(engine: str) -> None:
    package = Component(Key(p("shade@1")), "framework", "shade", "1")
    blind = (package, member(p("shade@1"), "direct"))
    seen = (*blind, said(p("shade@1"), "dependencies", "complete"))
    held = [
        *room(*members("lamp@1.0"), *blind, world=[declares("shade@1", "lamp", ">=1")]),
        *room(*members("lamp@1.0"), *seen, key=HALL),
    ]
    answer = ends(held, p("lamp@1.0"), engine)
    assert verdicts(answer, ROOM) == {"shade@1": NOTICED}
    assert verdicts(answer, HALL) == {}


def test_narrowed_to_an_assembly_nothing_of_another_is_told() -> None:
    held = [*room(*members(RUNTIME)), *room(*members("glow-runtime-g1@1.4.2"), key=HALL)]
    answer = ends(held, "glow 1", assembly=HALL)
    assert verdicts(answer, None) == {"glow-runtime-g1@1.4.2": GONE, HALL: NOTICED}


def test_a_weakness_of_a_capability_is_one_of_what_gives_it() -> None:
    held = room(*members(RUNTIME, "lamp@1.0"), needs("lamp@1.0", RUNTIME))
    answer = ask(held, "capability:glow", change="vulnerable", from_range="1.3")
    assert verdicts(answer, None) == {RUNTIME: GONE, ROOM: ("EXPOSED", None)}
    assert ask(held, "capability:glow", change="vulnerable", from_range="1.9").affected == ()


@pytest.mark.parametrize(("change", "why"), [("relicense", "no licence"), ("retract", "retracted")])
def test_what_has_no_meaning_for_a_capability_is_refused(change: str, why: str) -> None:
    to = "MIT" if change == "relicense" else None
    with pytest.raises(ChangeInvalidError, match=why):
        ask(room(*members(RUNTIME)), "capability:glow", change=change, to=to)


def test_a_range_that_nobody_can_read_is_refused() -> None:
    with pytest.raises(ChangeInvalidError, match="no range"):
        ends(room(*members(RUNTIME)), "capability:glow", from_range=">=?")
