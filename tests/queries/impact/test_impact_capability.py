"""Lines on a capability outside of assemblies, warnings, and what a question may not ask."""

from __future__ import annotations

import pytest

from lineage.errors import ChangeInvalidError
from lineage.model.claim import Component, Edge, OfComponent, Requirement, Statement
from lineage.model.identity import Key, identify
from tests.snapshots import Held
from tests.verdict.invented import ENGINES, ROOM, ask, item, members, p, room, verdicts

CHAT, PAGE = "service:acme/chat@1", "service:acme/page@1"


def world(*statements: Statement) -> list[Held]:
    """What a stream says of the world."""
    return [("world", "world", None, list(statements), 2)]


def service(key: str) -> Component:
    """A service."""
    found = identify(key)
    return Component(found.key, found.kind, found.name, found.version)


def requires(key: str, raw: str) -> Edge:
    """A line on the capability."""
    wish = Requirement(raw, "dotted")
    return Edge("requires", OfComponent(Key(key)), Key("capability:glow"), wish)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_service_requires_the_capability_with_a_range(engine: str) -> None:
    said = world(
        service(CHAT),
        service(PAGE),
        requires(CHAT, ">=1.2,<2"),
        Edge("runs_on", OfComponent(Key(CHAT)), Key(ROOM)),
        Edge("uses_tool", OfComponent(Key(PAGE)), Key(CHAT)),
    )
    held = room(*members("glow-runtime-g1@1.4.2")) + said
    answer = ask(held, "capability:glow", engine, from_range="1", to="2")
    assert verdicts(answer, None) == {
        CHAT: ("BREAKS", "CONSTRAINT"),
        PAGE: ("BREAKS", "CARRIES"),
    }
    assert item(answer, CHAT, None).because[0].requirement == ">=1.2,<2"
    there = room(*members("glow-runtime-g2@2.0.1")) + said
    assert verdicts(ask(there, "capability:glow", engine, from_range="1", to="2"), None) == {}


def test_two_majors_side_by_side_are_a_warning_and_no_break() -> None:
    held = room(*members("glow-runtime-g1@1.4.2", "glow-beam-g2@7.5"))
    answer = ask(held, "capability:glow", from_range="1", to="2")
    assert answer.counts.breaks == 0
    (warning,) = answer.warnings
    assert "glow 1 (glow-runtime-g1) beside glow 2 (glow-beam-g2)" in warning


def test_a_range_or_a_target_that_cannot_be_read_is_refused() -> None:
    held = room(*members("glow-runtime-g1@1.4.2", "bulb@1.0"))
    with pytest.raises(ChangeInvalidError, match="no range"):
        ask(held, "capability:glow", from_range="twelve", to="2")
    with pytest.raises(ChangeInvalidError, match="no dotted version"):
        ask(held, "capability:glow", to=">=2")
    with pytest.raises(ChangeInvalidError, match="no pep440 version"):
        ask(held, p("bulb"), to="the newest")
    with pytest.raises(ChangeInvalidError, match="empty"):
        ask(held, p("bulb"), to=" ")
    with pytest.raises(ChangeInvalidError, match="is no assembly"):
        ask(held, p("bulb"), to="2", assembly=p("bulb@1.0"))


def test_a_prefix_may_be_written_with_a_star() -> None:
    held = room(*members("glow-runtime-g1@1.4.2", "lamp-g1@1.0"))
    plain = ask(held, "capability:glow", from_range="1", to="2")
    starred = ask(held, "capability:glow", from_range="1.*", to="2.x")
    assert verdicts(plain) == verdicts(starred)
