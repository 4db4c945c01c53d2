"""On what an assembly stands: members, holders, hosts, and the marker environment."""

from __future__ import annotations

import pytest

from lineage.model.claim import Component, Edge, OfComponent, Requirement, Statement
from lineage.model.identity import Key, identify
from tests.snapshots import Held, member
from tests.verdict.invented import (
    ROOM,
    ask,
    declares,
    fact,
    file_of,
    handle,
    item,
    marker_environment,
    members,
    needs,
    p,
    releases,
    room,
    verdicts,
)

BOX = "container:acme/box"


def wide(*statements: Statement) -> list[Held]:
    """Said of the world."""
    return [("world", "world", None, list(statements), 2)]


def runs_on(downstream: str, upstream: str) -> list[Statement]:
    """Both ends and the edge."""
    ends = [identify(downstream), identify(upstream)]
    edge = Edge("runs_on", OfComponent(ends[0].key), ends[1].key)
    return [*(Component(one.key, one.kind, one.name, one.version) for one in ends), edge]


@pytest.mark.parametrize(("runtime", "reached"), [("g1@1.4.2", True), ("g2@2.0.1", False)])
def test_the_container_that_holds_it_provides(runtime: str, reached: bool) -> None:
    inner = room(*members("lamp-g1@1.0"))
    outer = room(member(ROOM, "direct"), *members(f"glow-runtime-{runtime}"), key=BOX)
    answer = ask(inner + outer, "capability:glow", from_range="1", to="2")
    assert ("lamp-g1@1.0" in verdicts(answer)) is reached
    assert answer.completeness.unprovided == 0


def test_its_own_members_come_before_what_holds_it() -> None:
    inner = room(*members("lamp-g1@1.0", "glow-runtime-g2@2.0.1"))
    outer = room(member(ROOM, "direct"), *members("glow-runtime-g1@1.4.2"), key=BOX)
    answer = ask(inner + outer, "capability:glow", from_range="1", to="2")
    assert verdicts(answer) == {}


def test_on_several_hosts_the_worst_counts() -> None:
    hosts = [
        *room(*members("glow-runtime-g2@2.0.1"), key="host:acme/new"),
        *room(*members("glow-runtime-g1@1.4.2"), key="host:acme/old"),
    ]
    held = room(*members("lamp-g1@1.0")) + hosts
    edges = runs_on("service:acme/chat@1", "host:acme/new") + runs_on(
        "service:acme/chat@1", "host:acme/old"
    )
    held += wide(*edges, *runs_on("service:acme/chat@1", ROOM))
    answer = ask(held, "capability:glow", from_range="1", to="2")
    assert verdicts(answer)["lamp-g1@1.0"] == ("BREAKS", "BOUND")
    assert answer.completeness.unprovided == 0


def test_twins_share_a_footing_and_others_do_not() -> None:
    from lineage.verdict.estate import rules_of
    from queries.impact import Impact

    same = members("glow-runtime-g1@1.4.2", "lamp@1.0")
    held = [
        *room(*same, key="environment:acme/a"),
        *room(*same, key="environment:acme/b"),
        *room(*same, marker_environment(os_name="posix"), key="environment:acme/c"),
        *room(*same, file_of("lamp@1.0", index="index.example/x"), key="environment:acme/d"),
        *room(*same, *members("glow-beam-g2@7.5"), key="environment:acme/e"),
    ]
    view = handle(held).views.view(Impact(key="x").at)
    footings = rules_of(view).footings
    digests = [footings.of(view.assemblies[Key(f"environment:acme/{name}")])[0].footing.digest
               for name in "abcde"]  # fmt: skip
    assert digests[0] == digests[1]
    assert len(set(digests)) == 4


EMBER = [
    fact("capability:ember", "capability", scheme="pep440", contract="none",
         from_="environment:python_full_version,python_version"),
]  # fmt: skip


def on_ember(name: str, raw: str) -> Edge:
    """A universal line on the capability."""
    return Edge(
        "requires", OfComponent(Key(p(name))), Key("capability:ember"), Requirement(raw, "pep440")
    )


def conditional(downstream: str, name: str, raw: str, marker: str) -> Edge:
    """A declared line with a marker."""
    wish = Requirement(raw, "pep440", marker)
    return Edge("requires", OfComponent(Key(p(downstream))), Key(p(name)), wish)


ENVIRONMENT = marker_environment(python_full_version="3.12.1", python_version="3.12")


def ember(*statements: Statement, world: tuple[Statement, ...] = ()) -> dict[str, object]:
    """The verdicts of ember 3.12 going to 3.13."""
    held = room(ENVIRONMENT, *statements, world=(*EMBER, *world))
    return dict(verdicts(ask(held, "capability:ember", from_range="3.12", to="3.13")))


def test_the_marker_environment_provides_and_lines_on_it_are_judged() -> None:
    found = ember(
        *members("a@1", "b@1", "c@1", "d@1"),
        world=(on_ember("a@1", ">=3.9"), on_ember("b@1", "<3.13"), on_ember("c@1", ">=3.9,<4")),
    )
    assert found == {
        "a@1": ("UNDECLARED", None),
        "b@1": ("BREAKS", "CONSTRAINT"),
        "c@1": ("SURVIVES", "BOUNDED"),
    }


def test_an_environment_that_is_there_already_is_not_reached() -> None:
    held = room(ENVIRONMENT, *members("b@1"), world=(*EMBER, on_ember("b@1", "<3.13")))
    assert ask(held, "capability:ember", from_range="3.11", to="3.13").affected == ()


def test_a_line_that_the_change_turns_off_does_not_count_and_one_it_turns_on_does() -> None:
    off, on = 'python_version < "3.13"', 'python_version >= "3.13"'
    wish = Requirement("<2", "pep440", off)
    line = Edge("depends_on", OfComponent(Key(p("a@1"))), Key(p("bulb@1.0")), wish)
    found = ember(
        *members("a@1", "c@1", "bulb@1.0"),
        line,
        world=(conditional("a@1", "bulb", "<2", off), conditional("c@1", "bulb", ">=2", on)),
    )
    assert found["c@1"] == ("BREAKS", "CONSTRAINT")
    assert "a@1" not in found


def test_a_wheel_tag_binds_the_file_and_not_the_release() -> None:
    from tests.verdict.invented import pattern

    tag = fact(pattern(r"^cp(\d)(\d+)-cp"), "mark", where="tag", capability="ember",
               value="{1}.{2}", exclusive=True)  # fmt: skip
    upward = fact(pattern(r"^cp(\d)(\d+)-abi3"), "mark", where="tag", capability="ember",
                  value=">={1}.{2}")  # fmt: skip
    old = "cp312-cp312-linux"
    files = [
        file_of("a@1", file="a.whl", tags=[old], index="index.example"),
        file_of("b@1", file="b.whl", tags=["cp39-abi3-linux"], index="index.example"),
        file_of("c@1", file="c.whl", tags=[old], index="index.example"),
        file_of("d@1", file="d.whl", tags=["py3-none-any"], index="index.example"),
    ]
    more = releases("c", "1", tags=[old, "cp313-cp313-linux"])
    found = ember(*members("a@1", "b@1", "c@1", "d@1"), *files, world=(tag, upward, *more))
    assert found == {
        "a@1": ("UNKNOWN", "BUILD"),
        "b@1": ("SURVIVES", "CONTRACT"),
        "c@1": ("REBUILD", None),
    }


def test_universal_lines_count_where_the_dependencies_are_unknown() -> None:
    unknown = member(p("lamp@1.0"), "direct")
    line = declares("lamp@1.0", "glow-runtime-g1", "==1.4.2")
    held = room(*members("glow-runtime-g1@1.4.2"), unknown, world=(line,))
    answer = ask(held, "capability:glow", from_range="1", to="2")
    found = item(answer, "lamp@1.0")
    assert (found.verdict, found.reason) == ("BREAKS", "CONSTRAINT")
    assert answer.completeness.unknown_dependencies == 1
    told = room(*members("glow-runtime-g1@1.4.2", "lamp@1.0"), world=(line,))
    assert "lamp@1.0" not in {
        key for key, one in verdicts(ask(told, "capability:glow", from_range="1", to="2")).items()
        if one[0] == "BREAKS"
    }  # fmt: skip


def test_a_wish_in_another_scope_is_a_notice() -> None:
    line = needs("lamp@1.0", "bulb@1.0", "<2", dependency_scope="test")
    answer = ask(room(*members("lamp@1.0", "bulb@1.0"), line), p("bulb"), to="2.0.0")
    assert verdicts(answer)["lamp@1.0"] == ("NOTICE", None)
    assert verdicts(answer, None) == {}
