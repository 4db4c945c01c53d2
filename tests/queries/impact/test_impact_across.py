"""From a broken member outward: what carries it, what must be validated again, what only knows."""

from __future__ import annotations

from typing import Any

import pytest

from lineage.errors import ChangeInvalidError, KeyUnknownError, VocabularyError
from lineage.model.claim import Component, Edge, OfComponent, Statement
from lineage.model.identity import Key, identify
from queries.impact import ImpactAnswer
from tests.snapshots import Held, member, said
from tests.verdict.invented import ENGINES, ask, item, members, needs, room, verdicts

HALL = "environment:acme/hall"
ROOM = "environment:acme/room"


def thing(key: str) -> Component:
    """A component of any kind."""
    found = identify(key)
    return Component(found.key, found.kind, found.name, found.version)


def leans(downstream: str, kind: str, upstream: str, **more: Any) -> Edge:
    """An edge that holds everywhere."""
    return Edge(kind, OfComponent(Key(downstream)), Key(upstream), **more)


def world(*statements: Statement) -> list[Held]:
    """What a stream says of the world."""
    return [("world", "world", None, list(statements), 2)]


def breaking(key: str = ROOM, scope: str = "runtime") -> list[Held]:
    """An environment in which lamp breaks when bulb goes to 2."""
    return room(
        *members("bulb@1.0"),
        said("pkg:pypi/lamp@1.0", "dependencies", "complete"),
        member("pkg:pypi/lamp@1.0", "direct", dependency_scope=scope),
        needs("lamp@1.0", "bulb@1.0", "<2"),
        key=key,
    )


def upgraded(held: list[Held], engine: str = "csr", **more: Any) -> ImpactAnswer:
    """The answer to bulb going to 2.0.0."""
    return ask(held, "pkg:pypi/bulb", engine, to="2.0.0", **more)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_environment_and_the_service_that_runs_it_carry_the_break(engine: str) -> None:
    held = breaking() + world(
        thing("service:acme/chat@1"), leans("service:acme/chat@1", "runs_on", ROOM)
    )
    answer = upgraded(held, engine)
    assert verdicts(answer, None) == {
        ROOM: ("BREAKS", "CARRIES"),
        "service:acme/chat@1": ("BREAKS", "CARRIES"),
    }
    chat = item(answer, "service:acme/chat@1", None)
    assert [(step.key, step.edge) for step in chat.path] == [
        ("pkg:pypi/bulb@1.0", None),
        ("pkg:pypi/lamp@1.0", "depends_on"),
        (ROOM, "contains"),
        ("service:acme/chat@1", "runs_on"),
    ]
    assert chat.because[0].on == ROOM


@pytest.mark.parametrize("engine", ENGINES)
def test_two_services_with_one_package_on_different_versions(engine: str) -> None:
    other = room(*members("bulb@3.0", "lamp@1.0"), needs("lamp@1.0", "bulb@3.0", ">=3"), key=HALL)
    held = [
        *breaking(),
        *other,
        *world(
            thing("service:acme/chat@1"),
            thing("service:acme/search@1"),
            leans("service:acme/chat@1", "runs_on", ROOM),
            leans("service:acme/search@1", "runs_on", HALL),
        ),
    ]
    answer = ask(held, "pkg:pypi/bulb@1.0", engine, to="2.0.0")
    reached = {one.key for one in answer.affected} | {one.assembly for one in answer.affected}
    assert "service:acme/chat@1" in reached
    assert not reached & {"service:acme/search@1", HALL}


@pytest.mark.parametrize("engine", ENGINES)
def test_another_scope_than_runtime_is_a_notice_and_goes_no_further(engine: str) -> None:
    held = breaking(scope="development") + world(
        thing("service:acme/chat@1"), leans("service:acme/chat@1", "runs_on", ROOM)
    )
    answer = upgraded(held, engine)
    assert verdicts(answer)["lamp@1.0"] == ("BREAKS", "CONSTRAINT")
    assert verdicts(answer, None) == {ROOM: ("NOTICE", None)}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_model_trained_in_it_is_validated_again_and_so_is_what_came_of_it(engine: str) -> None:
    held = breaking() + world(
        thing("model:acme/base@1"),
        thing("model:acme/tuned@1"),
        thing("service:acme/chat@1"),
        thing("service:acme/page@1"),
        leans("model:acme/base@1", "trained_with", ROOM),
        leans("model:acme/tuned@1", "fine_tuned_from", "model:acme/base@1"),
        leans("service:acme/chat@1", "serves", "model:acme/tuned@1"),
        leans("service:acme/page@1", "calls", "service:acme/chat@1"),
    )
    assert verdicts(upgraded(held, engine), None) == {
        ROOM: ("BREAKS", "CARRIES"),
        "model:acme/base@1": ("REVALIDATE", None),
        "model:acme/tuned@1": ("REVALIDATE", None),
    }, "what serves a model carries what breaks, and nothing else"


@pytest.mark.parametrize("engine", ENGINES)
def test_what_was_trained_with_what_changes_is_validated_again_and_not_what_serves_it(
    engine: str,
) -> None:
    held = world(
        thing("framework:acme/trainer@1"),
        thing("run:acme/night@1"),
        thing("model:acme/base@1"),
        thing("model:acme/tuned@1"),
        thing("service:acme/chat@1"),
        leans("run:acme/night@1", "built_with", "framework:acme/trainer@1"),
        leans("model:acme/base@1", "produced_by", "run:acme/night@1"),
        leans("model:acme/tuned@1", "fine_tuned_from", "model:acme/base@1"),
        leans("service:acme/chat@1", "serves", "model:acme/tuned@1"),
    )
    assert verdicts(ask(held, "framework:acme/trainer@1", engine, to="2"), None) == {
        "framework:acme/trainer@1": ("SWAPPED", None),
        "run:acme/night@1": ("REVALIDATE", None),
        "model:acme/base@1": ("REVALIDATE", None),
        "model:acme/tuned@1": ("REVALIDATE", None),
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_a_notice_goes_no_further(engine: str) -> None:
    names = [f"service:acme/s{number}@1" for number in range(4)]
    held = breaking() + world(
        *(thing(name) for name in names),
        leans(names[0], "runs_on", ROOM),
        leans(names[1], "calls", names[0]),
        leans(names[2], "calls", names[1]),
        leans(names[3], "uses_tool", names[0]),
    )
    found = verdicts(upgraded(held, engine), None)
    assert found == {
        ROOM: ("BREAKS", "CARRIES"),
        names[0]: ("BREAKS", "CARRIES"),
        names[1]: ("NOTICE", None),
        names[3]: ("BREAKS", "CARRIES"),
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_a_model_trained_with_the_package_itself_is_validated_again(engine: str) -> None:
    held = breaking() + world(
        thing("model:acme/base@1"), leans("model:acme/base@1", "trained_with", "pkg:pypi/bulb@1.0")
    )
    found = verdicts(upgraded(held, engine), None)
    assert found["model:acme/base@1"] == ("REVALIDATE", None)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_inner_assembly_counts_only_where_the_outer_one_does_not_know(engine: str) -> None:
    inner = "pkg:pypi/lib@1.0"
    lib = room(*members("bulb@1.0", "lamp@1.0"), needs("lamp@1.0", "bulb@1.0", "<2"), key=inner)
    outer = room(
        member(inner, "direct"), *members("app@1.0"), needs("app@1.0", "lib@1.0"), key=HALL
    )
    answer = upgraded(lib + outer, engine)
    assert verdicts(answer, HALL)["lib@1.0"] == ("BREAKS", "CARRIES")
    assert verdicts(answer, HALL)["app@1.0"] == ("UNKNOWN", "WAITS")
    assert verdicts(answer, None)[HALL] == ("BREAKS", "CARRIES")
    assert answer.completeness.unknown_dependencies == 1
    knows = room(*members("lib@1.0", "bulb@3.0"), needs("lib@1.0", "bulb@3.0"), key=HALL)
    told = ask(lib + knows, "pkg:pypi/bulb@1.0", engine, to="2.0.0")
    assert verdicts(told, HALL) == {}
    assert HALL not in verdicts(told, None)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_model_that_goes_breaks_who_serves_it_and_one_that_moves_asks_to_look_again(
    engine: str,
) -> None:
    held = world(
        thing("model:acme/base@1"),
        thing("model:acme/base@2"),
        thing("model:acme/tuned@1"),
        thing("service:acme/chat@1"),
        leans("model:acme/tuned@1", "fine_tuned_from", "model:acme/base@1"),
        leans("service:acme/chat@1", "serves", "model:acme/base@1"),
    )
    gone = verdicts(ask(held, "model:acme/base@1", engine, change="remove"), None)
    assert gone == {
        "model:acme/base@1": ("SWAPPED", None),
        "service:acme/chat@1": ("BREAKS", "CARRIES"),
        "model:acme/tuned@1": ("REVALIDATE", None),
    }
    moved = verdicts(ask(held, "model:acme/base@1", engine, to="2"), None)
    assert moved == {
        "model:acme/base@1": ("SWAPPED", None),
        "service:acme/chat@1": ("REVALIDATE", None),
        "model:acme/tuned@1": ("REVALIDATE", None),
    }


def test_the_question_can_be_narrowed_to_one_assembly() -> None:
    held = [*breaking(), *breaking(HALL)]
    answer = upgraded(held, assembly=HALL)
    assert {one.assembly or one.key for one in answer.affected} == {HALL}
    assert answer.within is not None
    assert answer.within.assembly == HALL
    assert answer.counts.members == 2


def test_what_is_not_asked_is_null_and_counts_are_of_items() -> None:
    answer = upgraded(breaking())
    assert (answer.enter, answer.leave, answer.move) == ((), (), ()), "asked, and there is none"
    assert answer.counts.breaks == 2
    assert answer.counts.swapped == 1
    assert answer.counts.untouched + 2 == answer.counts.members == 2
    rows = {(row.dimension, row.keys): row.count for row in answer.counts_by}
    assert rows["kind", ("framework",)] == 2
    assert rows["kind", ("environment",)] == 1
    assert rows["depth", ("2",)] == 1


def test_owner_and_deployment_environment_of_the_assembly_are_counted() -> None:
    held = breaking() + world(
        said(ROOM, "owner", "Chat team"), said(ROOM, "deployment_environment", "prod")
    )
    rows = {(row.dimension, row.keys): row.count for row in upgraded(held).counts_by}
    assert rows["owner", ("Chat team",)] == 3
    assert rows["deployment_environment", ("prod",)] == 3


def test_errors_are_the_askers() -> None:
    held = breaking()
    with pytest.raises(KeyUnknownError):
        ask(held, "pkg:pypi/nobody", to="2")
    with pytest.raises(ChangeInvalidError, match="retract"):
        ask(held, "pkg:pypi/bulb", change="retract")
    with pytest.raises(ChangeInvalidError, match="no target"):
        ask(held, "pkg:pypi/bulb", change="remove", to="2")
    with pytest.raises(VocabularyError):
        ask(held, "pkg:pypi/bulb", change="explode")


def test_nobody_looked_is_never_nothing_breaks() -> None:
    answer = ask(world(thing("model:acme/base@1")), "capability:glow", from_range="1", to="2")
    assert "nobody has looked" in answer.headline
    assert not answer.completeness.complete


def test_an_unknown_target_is_answered_honestly() -> None:
    held = room(
        *members("bulb@1.0", "open@1", "bounded@1", "pinned@1"),
        needs("open@1", "bulb@1.0", ">=1"),
        needs("bounded@1", "bulb@1.0", "<3"),
        needs("pinned@1", "bulb@1.0", "==1.0"),
    )
    answer = ask(held, "pkg:pypi/bulb")
    found = verdicts(answer)
    assert found["open@1"] == ("UNDECLARED", None)
    assert found["bounded@1"] == ("UNKNOWN", "TARGET")
    assert found["pinned@1"] == ("BREAKS", "CONSTRAINT")
    assert "beyond what is known" in answer.headline


def test_worst_first_and_what_most_wait_for_first() -> None:
    held = room(
        *members("bulb@1.0", "alone@1", "waited@1", "one@1", "two@1", "last@1"),
        needs("alone@1", "bulb@1.0", "<2"),
        needs("waited@1", "bulb@1.0", "<2"),
        needs("one@1", "waited@1"),
        needs("two@1", "waited@1"),
        needs("last@1", "bulb@1.0"),
    )
    order = [(one.name, one.verdict) for one in upgraded(held).affected]
    assert order == [
        ("waited", "BREAKS"),
        ("alone", "BREAKS"),
        ("room", "BREAKS"),
        ("one", "UNKNOWN"),
        ("two", "UNKNOWN"),
        ("last", "UNDECLARED"),
        ("bulb", "SWAPPED"),
    ]


def test_every_claim_is_signed() -> None:
    lamp = item(upgraded(breaking()), "lamp@1.0")
    assert lamp.because[0].claimed_by == (ROOM,)
    assert (lamp.because[0].requirement, lamp.because[0].holds) == ("<2", "no")
