"""What a new release brings along: what moves, enters, leaves, and who cannot follow (rule 4)."""

from __future__ import annotations

import pytest

from lineage.errors import ChangeInvalidError, KeyUnknownError
from lineage.model.claim import Component, Statement
from lineage.model.identity import Key
from queries.impact import ImpactAnswer
from tests.snapshots import member, said
from tests.verdict.invented import (
    ENGINES,
    ROOM,
    ask,
    fact,
    family,
    file_of,
    item,
    members,
    needs,
    p,
    pattern,
    room,
    verdicts,
)


def release(name: str, *requires: str, **value: object) -> tuple[Statement, ...]:
    """A known release and its lines."""
    key = Key(p(name))
    name_, _, version = name.partition("@")
    return (
        Component(key, "framework", name_, version),
        fact(key, "release", requires=list(requires), **value),
    )


def transitive(*names: str) -> list[Statement]:
    """Members that nobody asked for by name."""
    found: list[Statement] = []
    for name in names:
        key = Key(p(name))
        short, _, version = name.partition("@")
        found += [
            Component(key, "framework", short, version),
            member(key, "transitive"),
            said(key, "dependencies", "complete"),
        ]
    return found


def upgraded(
    *statements: Statement, world: tuple[Statement, ...] = (), **more: str
) -> ImpactAnswer:
    """bulb 1.0 going to 2.0 in one environment."""
    asked = {"key": p("bulb"), "to": "2.0", **more}
    held = room(*members("bulb@1.0"), *statements, world=world)
    return ask(held, asked.pop("key"), **asked)


NEW = release("bulb@2.0", "wire>=2", "socket", "fuse==3.1")


@pytest.mark.parametrize("engine", ENGINES)
def test_members_move_absentees_enter_and_only_a_pin_names_the_version(engine: str) -> None:
    held = room(*members("bulb@1.0", "wire@1.0", "fuse@3.0"), world=NEW)
    answer = ask(held, p("bulb"), engine, to="2.0")
    assert [(one.key, one.version, one.requirement) for one in answer.move or ()] == [
        (p("fuse@3.0"), "3.1", "==3.1"),
        (p("wire@1.0"), None, ">=2"),
    ]
    assert [(one.key, one.asked_by, one.assembly) for one in answer.enter or ()] == [
        (p("socket"), p("bulb@2.0"), ROOM)
    ]
    assert verdicts(answer) == {"bulb@1.0": ("SWAPPED", None)}, "what moves is never blamed"


def test_an_asker_of_what_moves_that_cannot_follow_breaks() -> None:
    answer = upgraded(
        *members("wire@1.0", "desk@1.0", "lamp@1.0"),
        needs("desk@1.0", "wire@1.0", "<2"),
        needs("lamp@1.0", "wire@1.0", ">=1"),
        world=NEW,
    )
    found = verdicts(answer)
    assert found["desk@1.0"] == ("BREAKS", "CONSTRAINT")
    assert "lamp@1.0" not in found, "some version meets both"
    because = item(answer, "desk@1.0").because[0]
    assert (because.on, because.requirement) == (p("wire@1.0"), "<2")
    assert because.against == "bulb 2.0 needs >=2"


def test_known_releases_of_what_moves_decide_before_ranges_do() -> None:
    lines = (*members("wire@1.0", "desk@1.0"), needs("desk@1.0", "wire@1.0", "!=2.1"))
    alone = upgraded(*lines, world=NEW)
    assert "desk@1.0" not in verdicts(alone)
    one = upgraded(*lines, world=(*NEW, *release("wire@2.1")))
    assert verdicts(one)["desk@1.0"] == ("BREAKS", "CONSTRAINT"), "the only one known is excluded"
    two = upgraded(*lines, world=(*NEW, *release("wire@2.1"), *release("wire@2.2")))
    assert "desk@1.0" not in verdicts(two)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_a_pinned_release_asks_moves_and_forbids_too(engine: str) -> None:
    world = (
        *release("bulb@2.0", "fuse==3.1", "clip==1.0"),
        *release("fuse@3.1", "wire>=2", "tape"),
        *release("clip@1.0", "hook==4.0"),
        *release("hook@4.0", "nail>=9"),
    )
    held = room(
        *members("bulb@1.0", "fuse@3.0", "wire@1.0", "nail@8.0", "desk@1.0", "lamp@1.0"),
        needs("desk@1.0", "wire@1.0", "<2"),
        needs("lamp@1.0", "nail@8.0", "==8.0"),
        world=world,
    )
    answer = ask(held, p("bulb"), engine, to="2.0")
    assert {one.key: (one.version, one.asked_by) for one in answer.move or ()} == {
        p("fuse@3.0"): ("3.1", p("bulb@2.0")),
        p("wire@1.0"): (None, p("fuse@3.1")),
        p("nail@8.0"): (None, p("hook@4.0")),
    }
    assert {one.key for one in answer.enter or ()} == {p("tape"), p("clip"), p("hook")}
    found = verdicts(answer)
    assert found["desk@1.0"] == found["lamp@1.0"] == ("BREAKS", "CONSTRAINT")
    assert item(answer, "desk@1.0").because[0].against == "fuse 3.1 needs >=2"


def test_several_new_lines_on_one_member_are_one_conjunction() -> None:
    world = (
        *release("bulb@2.0", "fuse==3.1", "wire>=2"),
        *release("fuse@3.1", "wire!=1.0,<2.5"),
        *(one for version in ("2.2", "2.7") for one in release(f"wire@{version}")),
    )
    answer = upgraded(
        *members("wire@1.0", "fuse@3.0", "desk@1.0", "lamp@1.0"),
        needs("desk@1.0", "wire@1.0", "!=2.2"),
        needs("lamp@1.0", "wire@1.0", "!=2.7"),
        world=world,
    )
    found = verdicts(answer)
    assert found["desk@1.0"] == ("BREAKS", "CONSTRAINT"), "2.7 is for one of the new lines only"
    assert "lamp@1.0" not in found


def test_who_moves_along_is_not_blamed_for_what_it_asks_now() -> None:
    world = release("bulb@2.0", "wire>=2", "lamp>=2")
    answer = upgraded(
        *members("wire@1.0", "desk@1.0", "lamp@1.0"),
        needs("lamp@1.0", "wire@1.0", "<2"),
        needs("desk@1.0", "wire@1.0", "<2"),
        world=world,
    )
    assert verdicts(answer) == {
        "bulb@1.0": ("SWAPPED", None), "desk@1.0": ("BREAKS", "CONSTRAINT"),
    }  # fmt: skip


def test_a_release_is_followed_with_all_extras_that_are_asked_of_it() -> None:
    world = (
        *release("bulb@2.0", "clip==1.0", "hook==4.0"),
        *release("clip@1.0", "tape; extra == 'wide'", provides_extra=["wide"]),
        *release("hook@4.0", "clip[wide]==1.0"),
    )
    answer = upgraded(world=world)
    assert {one.key for one in answer.enter or ()} == {p("clip"), p("hook"), p("tape")}


def test_an_extra_alone_is_named() -> None:
    answer = upgraded(
        *members("wire@1.0", "desk@1.0"),
        needs("desk@1.0", "wire@1.0", ">=1"),
        needs("desk@1.0", "wire@1.0", "<2", extra="old"),
        world=NEW,
    )
    assert item(answer, "desk@1.0").name == "desk[old]"


def test_what_nobody_asks_for_any_more_leaves_and_binds() -> None:
    shipped = fact(pattern("libcord.so.4"), "soname", library="cord", families=[p("cord")],
                   capability="glow", values=["*"])  # fmt: skip
    statements = (
        *members("desk@1.0", "lamp@1.0"),
        *transitive("cord@4.0", "plug@1.0", "kept@1.0"),
        needs("bulb@1.0", "cord@4.0"),
        needs("cord@4.0", "plug@1.0"),
        needs("bulb@1.0", "kept@1.0"),
        needs("lamp@1.0", "kept@1.0"),
        file_of("desk@1.0", file="desk.whl", needed=["libcord.so.4"]),
    )
    answer = upgraded(*statements, world=(*release("bulb@2.0"), shipped))
    assert [one.key for one in answer.leave or ()] == [p("cord@4.0"), p("plug@1.0")]
    assert verdicts(answer)["desk@1.0"] == ("BREAKS", "BOUND")
    assert item(answer, "desk@1.0").because[0].bound == "libcord.so.4"
    again = upgraded(*statements, world=(*release("bulb@2.0", "cord"), shipped))
    assert again.leave == ()
    assert "desk@1.0" not in verdicts(again)
    unknown = upgraded(*statements, world=(shipped,))
    assert unknown.leave == (), "nobody knows what the new release asks for"


def test_without_roots_nothing_is_said_to_leave() -> None:
    held = room(
        *transitive("bulb@1.0", "cord@4.0"), needs("bulb@1.0", "cord@4.0"),
        world=release("bulb@2.0"),
    )  # fmt: skip
    answer = ask(held, p("bulb"), to="2.0")
    assert answer.leave == ()
    assert verdicts(answer)["cord@4.0"] == ("NOTICE", None)


def test_an_added_requirement_enters_moves_or_is_not_known() -> None:
    statements = (
        *members("wire@1.0", "desk@1.0"),
        needs("desk@1.0", "wire@1.0", "<2"),
    )
    new = upgraded(*statements, world=NEW, key=ROOM, change="add", to="lantern>=1")
    assert verdicts(new, None) == {ROOM: ("UNKNOWN", "TARGET")}
    world = (*release("lantern@1.5", "wire>=2", "shade"), *release("lantern@0.5"))
    enters = upgraded(*statements, world=world, key=ROOM, change="add", to="lantern>=1")
    assert {one.key for one in enters.enter or ()} == {p("lantern"), p("shade")}
    assert verdicts(enters) == {"desk@1.0": ("BREAKS", "CONSTRAINT")}
    assert verdicts(enters, None) == {ROOM: ("BREAKS", "CARRIES")}
    moves = upgraded(*statements, world=release("wire@2.5"), key=ROOM, change="add", to="wire>=2.1")
    assert [(one.key, one.version) for one in moves.move or ()] == [(p("wire@1.0"), None)]
    assert verdicts(moves)["desk@1.0"] == ("BREAKS", "CONSTRAINT")
    held = upgraded(*statements, key=ROOM, change="add", to="wire>=1")
    assert verdicts(held) == {}
    for wrong in ("", "???", "wire>>2"):
        with pytest.raises(ChangeInvalidError):
            upgraded(*statements, key=ROOM, change="add", to=wrong)
    with pytest.raises(ChangeInvalidError, match="no assembly"):
        upgraded(*statements, key=p("wire"), change="add", to="wire>=1")


def test_a_replacement_breaks_lines_on_the_old_unless_it_succeeds_it() -> None:
    statements = (
        *members("desk@1.0", "lamp@1.0", "cord@1.0"),
        needs("desk@1.0", "bulb@1.0", "<3"),
        needs("lamp@1.0", "bulb@1.0", "<2"),
    )
    rows = release("led@2.0", "chip")
    other = upgraded(*statements, world=rows, change="replace", to=p("led"))
    assert verdicts(other)["desk@1.0"] == ("BREAKS", "CONSTRAINT")
    assert {one.key for one in other.enter or ()} == {p("led"), p("chip")}
    heir = (*rows, fact(family("led"), "succeeds", old=p("bulb")))
    found = verdicts(upgraded(*statements, world=heir, change="replace", to=p("led")))
    assert found["desk@1.0"] == ("SURVIVES", "BOUNDED")
    assert found["lamp@1.0"] == ("BREAKS", "CONSTRAINT")
    for wrong, error in (
        (None, ChangeInvalidError),
        ("no key at all", KeyUnknownError),
        ("capability:glow", ChangeInvalidError),
    ):
        with pytest.raises(error):
            ask(room(*members("bulb@1.0")), p("bulb"), change="replace", to=wrong)
