"""Which releases can follow, and what that means for who leans on what breaks (rule 3)."""

from __future__ import annotations

import pytest

from lineage.model.claim import Component, Statement
from lineage.model.identity import Key
from queries.impact import ImpactAnswer
from tests.snapshots import Held
from tests.verdict.invented import (
    ENGINES,
    ask,
    fact,
    file_of,
    item,
    members,
    needs,
    p,
    releases,
    room,
    verdicts,
)

GLOW_1 = members("glow-runtime-g1@1.4.2")


def release(name: str, *requires: str, **value: object) -> tuple[Statement, ...]:
    """A known release and its lines."""
    key = Key(p(name))
    short, _, version = name.partition("@")
    return (
        Component(key, "framework", short, version),
        fact(key, "release", requires=list(requires), **value),
    )


def upgraded(*world: Statement, line: str = "", more: tuple[Statement, ...] = ()) -> ImpactAnswer:
    """bulb 1 to 2; lamp 1.0 allows only 1, desk leans on lamp by a line."""
    held = room(
        *members("bulb@1.0", "lamp@1.0", "desk@1.0"),
        needs("lamp@1.0", "bulb@1.0", "<2"),
        needs("desk@1.0", "lamp@1.0", line),
        *more,
        world=world,
    )
    return ask(held, p("bulb"), to="2.0")


OPEN = release("lamp@1.1", "bulb>=1")
STUCK = release("lamp@1.2", "bulb<2")


@pytest.mark.parametrize(
    ("world", "line", "expected", "known"),
    [
        ((), "", ("UNKNOWN", "WAITS"), 1),
        ((), "<2", ("UNKNOWN", "WAITS"), 1),
        ((), "==1.0", ("BREAKS", "PINNED"), 1),
        (OPEN, "", ("SURVIVES", "ADMITS"), 2),
        (OPEN, "==1.0", ("BREAKS", "PINNED"), 2),
        (OPEN, "==1.*", ("SURVIVES", "ADMITS"), 2),
        (STUCK, "", ("UNKNOWN", "WAITS"), 2),
        (STUCK, "<2", ("BREAKS", "PINNED"), 2),
        ((*OPEN, *STUCK), "!=1.1,<2", ("BREAKS", "PINNED"), 3),
        (release("lamp@1.0", "bulb<2", whole=True), "<2", ("BREAKS", "PINNED"), 1),
        (release("lamp@1.1", covers=[]), "", ("UNKNOWN", "WAITS"), 2),
        (release("lamp@1.1", covers=[p("bu*")]), "", ("SURVIVES", "ADMITS"), 2),
        (release("lamp@1.1", channel="builds/dark"), "", ("UNKNOWN", "WAITS"), 2),
        (release("lamp@1.1", "bulb<2; extra == 'x'"), "", ("SURVIVES", "ADMITS"), 2),
    ],
)
def test_what_leans_on_a_break(
    world: tuple[Statement, ...], line: str, expected: tuple[str, str], known: int
) -> None:
    answer = upgraded(*world, line=line)
    assert verdicts(answer)["desk@1.0"] == expected
    assert item(answer, "desk@1.0").known_releases == known


def test_the_smallest_step_is_the_fix_and_the_newest_is_named() -> None:
    world = (*OPEN, *release("lamp@1.3", "bulb>=2"), *release("lamp@0.9"))
    answer = upgraded(*world)
    for name in ("lamp@1.0", "desk@1.0"):
        fix = item(answer, name).fix
        assert fix is not None
        assert (fix.action, fix.key, fix.version) == ("upgrade", p("lamp"), "1.1")
        assert (fix.newest, fix.fitting, fix.known) == (p("lamp@1.3"), 3, 4)
        assert fix.note.startswith(">=1.1")


def test_a_fix_lists_what_it_moves_and_who_forbids_that() -> None:
    more = (
        *members("wire@1.0", "shade@1.0"),
        needs("shade@1.0", "wire@1.0", "<2"),
        needs("shade@1.0", "lamp@1.0", "<1.1"),
    )
    answer = upgraded(*release("lamp@1.1", "bulb", "wire==2.5"), line="", more=more)
    fix = item(answer, "lamp@1.0").fix
    assert fix is not None
    assert [(one.key, one.from_version, one.to) for one in fix.moves] == [
        (p("wire@1.0"), "1.0", "2.5")
    ]
    assert {(one.key, one.requirement) for one in fix.forbidden_by} == {
        (p("shade@1.0"), "<1.1"),
        (p("shade@1.0"), "<2"),
    }
    free = upgraded(
        *release("lamp@1.1", "bulb", "wire==2.5"), *release("lamp@1.2", "bulb"),
        more=(*members("wire@1.0", "shade@1.0"), needs("shade@1.0", "wire@1.0", "<2")),
    )  # fmt: skip
    fix = item(free, "lamp@1.0").fix
    assert fix is not None
    assert (fix.version, fix.forbidden_by) == ("1.2", ()), "the smallest step that nobody forbids"


def test_a_candidate_has_to_admit_a_candidate_of_every_other_break() -> None:
    chain = (
        *members("room@1.0"),
        needs("room@1.0", "desk@1.0", ""),
        needs("desk@1.0", "bulb@1.0", "<2"),
    )
    stuck = upgraded(*release("desk@1.1", "lamp==1.0"), more=chain, line="==1.0")
    assert verdicts(stuck)["room@1.0"] == ("UNKNOWN", "WAITS")
    freed = upgraded(*release("desk@1.1", "lamp"), *OPEN, more=chain, line="==1.0")
    assert verdicts(freed)["room@1.0"] == ("SURVIVES", "ADMITS")


def cycle(*world: Statement) -> list[Held]:
    """Two that lean on each other and on what goes."""
    return room(
        *members("bulb@1.0", "lamp@1.0", "desk@1.0", "house@1.0"),
        needs("lamp@1.0", "bulb@1.0", "<2"),
        needs("desk@1.0", "bulb@1.0", "<2"),
        needs("lamp@1.0", "desk@1.0", "==1.0"),
        needs("desk@1.0", "lamp@1.0", "==1.0"),
        needs("house@1.0", "lamp@1.0", ""),
        world=world,
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_what_leans_on_each_other_can_follow_together(engine: str) -> None:
    both = (*release("lamp@2.0", "desk==2.0"), *release("desk@2.0", "lamp==2.0"))
    found = verdicts(ask(cycle(*both), p("bulb"), engine, to="2.0"))
    assert found["house@1.0"] == ("SURVIVES", "ADMITS")
    found = verdicts(ask(cycle(*release("lamp@2.0", "desk==2.0")), p("bulb"), engine, to="2.0"))
    assert found["house@1.0"] == ("UNKNOWN", "WAITS")


def glow(*statements: Statement, world: tuple[Statement, ...] = ()) -> ImpactAnswer:
    """glow 1 going to 2."""
    held = room(*GLOW_1, *statements, world=world)
    return ask(held, "capability:glow", from_range="1", to="2")


PURE = file_of("desk@1.0", file="desk-1.0-py3-none-any.whl", tags=["py3-none-any"])


def test_what_was_bound_needs_evidence_of_the_new_value() -> None:
    bound = fact(p("lamp@1.0"), "artefact", needed=["libglow.so.1"])
    lean = (*members("lamp@1.0", "desk@1.0"), needs("desk@1.0", "lamp@1.0", "<3"))
    silent = glow(*lean, world=(bound, *release("lamp@1.1")))
    assert verdicts(silent)["desk@1.0"] == ("BREAKS", "PINNED")
    for evidence in (
        fact(p("lamp@1.1"), "artefact", needed=["libglow.so.2"]),
        fact(p("lamp@1.1"), "built_for", capability="glow", value="2.0"),
    ):
        found = glow(*lean, world=(bound, *release("lamp@1.1"), evidence))
        assert verdicts(found)["desk@1.0"] == ("SURVIVES", "ADMITS")
    lines = glow(*lean, world=(bound, *release("lamp@1.1", "glow-runtime-g2>=2")))
    assert verdicts(lines)["desk@1.0"] == ("SURVIVES", "ADMITS")
    old = fact(p("lamp@1.1"), "tested_with", capability="glow", value="1.4")
    assert verdicts(glow(*lean, world=(bound, *release("lamp@1.1"), old)))["desk@1.0"] == (
        "BREAKS", "PINNED",
    )  # fmt: skip


def test_bound_by_name_no_release_frees_it_but_another_extra_may() -> None:
    lean = (*members("lamp-g1@1.0", "desk@1.0"), PURE)
    plain = glow(*lean, needs("desk@1.0", "lamp-g1@1.0", ""), world=tuple(releases("lamp-g2", "1")))
    assert verdicts(plain)["desk@1.0"] == ("BREAKS", "PINNED")
    rows = (
        *release("lamp-g2@1.0"),
        *release("desk@1.0", "lamp-g1; extra == 'g1'", "lamp-g2; extra == 'g2'"),
    )
    other = glow(*lean, needs("desk@1.0", "lamp-g1@1.0", "", extra="g1"), world=rows)
    assert verdicts(other)["desk@1.0"] == ("SURVIVES", "ADMITS")
    fix = item(other, "desk@1.0").fix
    assert fix is not None
    assert (fix.action, fix.note) == ("extra", "[g2] instead of [g1]")
