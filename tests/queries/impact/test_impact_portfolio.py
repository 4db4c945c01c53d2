"""The same answer by service and cause: twins folded, archived left out, nothing counted twice."""

from __future__ import annotations

from lineage.model.claim import Component, Edge, OfComponent, Statement
from lineage.model.identity import Key, identify
from queries.portfolio import PortfolioRow
from tests.snapshots import Held, member, said
from tests.verdict.invented import ask, members, needs, room

LOCK = (
    *members("bulb@1.0", "lamp@1.0", "shade@1.0"),
    needs("lamp@1.0", "bulb@1.0", "<2"),
    needs("shade@1.0", "bulb@1.0", "<2"),
)


def service(name: str, *environments: str, **claimed: str) -> list[Held]:
    """A service that runs these environments."""
    key = f"service:acme/{name}@1"
    found: list[Statement] = [Component(Key(key), "service", name, "1")]
    found += [Edge("runs_on", OfComponent(Key(key)), Key(one)) for one in environments]
    found += [said(key, prop, value) for prop, value in claimed.items()]
    return [(key, "world", None, found, 2)]


def rows(held: list[Held], **more: str) -> tuple[PortfolioRow, ...]:
    """The portfolio of bulb going to 2.0.0."""
    return ask(held, "pkg:pypi/bulb", to="2.0.0", **more).portfolio


def short(found: tuple[PortfolioRow, ...]) -> list[tuple[str, str, str, int, int]]:
    """(service, verdict, cause, members, twins) by names."""
    return [
        (identify(one.service).name, one.verdict, identify(one.cause).name, one.count,
         one.same_lock)
        for one in found
    ]  # fmt: skip


def test_a_service_has_a_row_for_each_verdict_and_cause() -> None:
    held = room(*LOCK, key="environment:acme/hall") + service("chat", "environment:acme/hall")
    assert short(rows(held)) == [
        ("chat", "BREAKS", "lamp", 1, 1),
        ("chat", "BREAKS", "shade", 1, 1),
        ("chat", "SWAPPED", "bulb", 1, 1),
    ]
    first = rows(held)[0]
    assert (first.reason, first.requirement) == ("CONSTRAINT", "bulb <2")
    assert (first.owner, first.deployment_environment) == (None, None)


def test_an_environment_that_no_service_carries_stands_for_itself() -> None:
    assert {one.kind for one in rows(room(*LOCK))} == {"environment"}
    assert {one.service for one in rows(room(*LOCK))} == {"environment:acme/room"}


def test_twins_share_a_row_unless_their_owners_differ() -> None:
    held: list[Held] = []
    for name, owner in (("a", "x"), ("b", "x"), ("c", "x"), ("d", "y")):
        place = f"environment:acme/{name}"
        held += room(*LOCK, key=place) + service(name, place, owner=owner)
    found = [one for one in rows(held) if one.cause.startswith("pkg:pypi/lamp")]
    assert [(one.same_lock, one.owner) for one in found] == [(3, "x"), (1, "y")]
    assert found[0].services == tuple(f"service:acme/{name}@1" for name in "abc")


def test_another_lock_is_no_twin() -> None:
    other = (*LOCK, *members("desk@1"))
    held = room(*LOCK, key="environment:acme/a") + room(*other, key="environment:acme/b")
    assert {one.same_lock for one in rows(held)} == {1}


def test_an_environment_below_two_services_is_told_of_both() -> None:
    hall = "environment:acme/hall"
    held = room(*LOCK, key=hall) + service("chat", hall) + service("find", hall)
    found = rows(held)
    assert {one.services for one in found} == {("service:acme/chat@1", "service:acme/find@1")}
    assert len(found) == 3


def test_what_waits_or_is_pinned_is_counted_with_what_it_waits_for() -> None:
    lock = (*LOCK, *members("desk@1"), needs("desk@1", "lamp@1.0", ">=1"))
    found = [one for one in rows(room(*lock)) if one.reason == "WAITS"]
    assert short(tuple(found)) == [("room", "UNKNOWN", "lamp", 1, 1)]


def test_a_container_in_a_service_is_the_services() -> None:
    box = "container:acme/box@1"
    held = room(*LOCK, key=box)
    held += [("chat", "bom", "service:acme/chat@1", [member(box, "direct")], 2)]
    held += [("chat", "bom", None, [Component(Key("service:acme/chat@1"), "service", "chat")], 2)]
    found = rows(held)
    assert {one.service for one in found} == {"service:acme/chat@1"}
    assert not [one for one in found if one.cause == box]


def test_services_that_carry_each_other_are_both_told() -> None:
    hall = "environment:acme/hall"
    held = room(*LOCK, key=hall) + service("chat", hall, "service:acme/find@1")
    held += service("find", "service:acme/chat@1")
    told = {key for one in rows(held) for key in one.services}
    assert told == {"service:acme/chat@1", "service:acme/find@1"}


def test_what_breaks_by_itself_comes_before_what_waits_and_the_common_cause_first() -> None:
    lone = (*members("bulb@1.0", "vase@1.0"), needs("vase@1.0", "bulb@1.0", "<2"))
    held = room(*lone, key="environment:acme/a")
    held += room(*LOCK, key="environment:acme/b") + room(*LOCK, key="environment:acme/c")
    names = [identify(one.cause).name for one in rows(held)]
    assert names == ["lamp", "shade", "vase", "bulb", "bulb"]


def test_nothing_reached_is_an_empty_portfolio() -> None:
    assert rows(room(*members("desk@1"), *members("bulb@2.0.0"))) == ()
