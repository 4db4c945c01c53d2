"""`place` by what an assembly and its members declare to need of a host themselves."""

from __future__ import annotations

import pytest

from lineage.model.claim import Edge, OfAssembly, OfComponent, Requirement, Statement
from lineage.model.identity import Key
from queries.impact import ImpactAnswer
from tests.snapshots import Held, edge
from tests.verdict.invented import ENGINES, ROOM, ask, fact, item, members, p, room, verdicts

HOLDS, HOST = ("SURVIVES", "CONTRACT"), ("BREAKS", "HOST")
LAMP = "host:acme/lamp"


def estate(*world: Statement, inside: tuple[Statement, ...] = ()) -> list[Held]:
    """A room with one member, a capability that hosts give, and a host that gives 5.2 of it."""
    rows = [
        fact("capability:flame", "capability", scheme="dotted", contract="backward", from_="host"),
        *world,
    ]
    host = room(edge("capability:flame@5.2", "provided_by", LAMP), key=LAMP)
    return [*room(*members("wick@1"), *inside, world=rows), *host]


def line(subject: str, raw: str, marker: str | None = None) -> Edge:
    """A line on what hosts give, known from everywhere."""
    wish = Requirement(raw, "dotted", marker, "hot" if marker else None)
    return Edge("requires", OfComponent(Key(subject)), Key("capability:flame"), wish)


def placed(held: list[Held], host: str, engine: str = "csr") -> ImpactAnswer:
    """The answer to the room being placed there."""
    return ask(held, ROOM, engine, change="place", to=host)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("subject", [ROOM, p("wick@1")])
def test_a_declared_line_is_held_to_the_host(engine: str, subject: str) -> None:
    held = estate(line(subject, ">=5,<6"))
    for value, verdict in (("5.2", HOLDS), ("6.0", HOST), ("4.9", HOST)):
        answer = placed(held, f"flame={value}", engine)
        assert verdicts(answer, None).get(ROOM) == verdict, value
        (told,) = answer.conditions or ()
        assert (told.requirement, told.given, told.because) == (">=5,<6", value, subject)
    broken = placed(held, "flame=6.0", engine)
    assert item(broken, ROOM, None).because[0].requirement == ">=5,<6"
    assert "does not run on" in broken.headline


@pytest.mark.parametrize("engine", ENGINES)
def test_a_line_of_the_assembly_itself_counts(engine: str) -> None:
    own = Edge("requires", OfAssembly(), Key("capability:flame"), Requirement(">=6", "dotted"))
    assert verdicts(placed(estate(inside=(own,)), LAMP, engine), None)[ROOM] == HOST


def test_what_was_not_asked_for_asks_nothing() -> None:
    held = estate(line(p("wick@1"), ">=9", 'extra == "hot"'))
    assert placed(held, LAMP).affected == ()


def test_a_host_that_says_nothing_of_it_is_unknown() -> None:
    dark = room(key="host:acme/dark")
    answer = placed([*estate(line(ROOM, ">=5")), *dark], "host:acme/dark")
    assert verdicts(answer, None)[ROOM] == ("UNKNOWN", "TARGET")
