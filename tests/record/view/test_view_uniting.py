"""The claims of all slots about one assembly are united; equal claims are one content."""

from __future__ import annotations

from lineage.model.claim import Edge, OfAssembly, Property, json_text
from lineage.record.build import build_view
from tests.snapshots import edge, member, said, snapshot

ENV = "environment:acme/env"
TORCH = "pkg:pypi/torch@2.9.1"
NUMPY = "pkg:pypi/numpy@2.1.0"
SCIPY = "pkg:pypi/scipy@1.14.0"


def test_slots_and_streams_about_one_assembly_are_united():
    view = build_view(
        snapshot(
            [
                ("a", "lock", ENV, [member(TORCH, "direct", ">=2"), member(NUMPY)], 1),
                ("b", "bom", ENV, [member(TORCH, "transitive", "<3"), member(SCIPY)], 2),
            ]
        )
    )
    content = view.assemblies[ENV].content
    assert set(content.members) == {TORCH, NUMPY, SCIPY}
    assert content.members[TORCH].direct == "direct"
    assert [one.raw for one in content.members[TORCH].requirements] == ["<3", ">=2"]
    assert view.assemblies[ENV].streams == ("a", "b")


def test_direct_beats_transitive_beats_unknown_and_runtime_beats_other_scopes():
    said_twice = [
        member(TORCH, "transitive", extras=("a",), dependency_scope="development"),
        member(TORCH, "unknown", extras=("b",), dependency_scope="runtime"),
        member(NUMPY, "unknown", dependency_scope="test"),
    ]
    content = build_view(snapshot([("s", "x", ENV, said_twice, 1)])).assemblies[ENV].content
    assert content.members[TORCH].direct == "transitive"
    assert content.members[TORCH].extras == ("a", "b")
    assert content.members[TORCH].dependency_scope == "runtime"
    assert content.members[NUMPY].dependency_scope == "test"


def test_all_lines_between_two_members_are_one_edge_per_scope():
    lines = [
        member(TORCH),
        member(NUMPY),
        edge(TORCH, "depends_on", NUMPY, ">=1.26"),
        edge(TORCH, "depends_on", NUMPY, "<3"),
        edge(TORCH, "depends_on", NUMPY, "==2.1.0", dependency_scope="test"),
    ]
    content = build_view(snapshot([("s", "x", ENV, lines, 1)])).assemblies[ENV].content
    assert [(e.dependency_scope, [r.raw for r in e.requirements]) for e in content.edges] == [
        ("runtime", ["<3", ">=1.26"]),
        ("test", ["==2.1.0"]),
    ]
    assert len(content.edges[0].statements) == 2


def test_dependencies_are_unknown_unless_somebody_says():
    lines = [
        member(TORCH),
        member(NUMPY),
        member(SCIPY),
        member("pkg:pypi/idle@1"),
        edge(TORCH, "depends_on", NUMPY),
        said(NUMPY, "dependencies", "none"),
        said("pkg:pypi/idle@1", "dependencies", "incomplete"),
    ]
    content = build_view(snapshot([("s", "x", ENV, lines, 1)])).assemblies[ENV].content
    unknown = {key: facts.unknown for key, facts in content.members.items()}
    assert unknown == {TORCH: False, NUMPY: False, SCIPY: True, "pkg:pypi/idle@1": True}


def test_what_one_slot_leaves_unknown_another_may_know():
    view = build_view(
        snapshot(
            [
                ("a", "x", ENV, [member(TORCH), member(NUMPY)], 1),
                ("b", "y", ENV, [edge(TORCH, "depends_on", NUMPY)], 2),
            ]
        )
    )
    content = view.assemblies[ENV].content
    assert not content.members[TORCH].unknown
    assert [(e.downstream, e.upstream) for e in content.edges] == [(TORCH, NUMPY)]


def test_equal_locks_share_one_content():
    lock = [member(TORCH), member(NUMPY), edge(TORCH, "depends_on", NUMPY)]
    view = build_view(
        snapshot(
            [(f"s{n}", "lock", f"environment:acme/e{n}", lock, n + 1) for n in range(3)]
            + [
                ("t", "one", "environment:acme/split", lock[:2], 9),
                ("t", "two", "environment:acme/split", lock[2:], 10),
                ("u", "lock", "environment:acme/other", lock[:2], 11),
            ]
        )
    )
    contents = [view.assemblies[f"environment:acme/e{n}"].content for n in range(3)]
    assert contents[0] is contents[1] is contents[2]
    assert view.assemblies["environment:acme/split"].content is contents[0]
    assert view.assemblies["environment:acme/other"].content is not contents[0]


def test_facts_of_members_and_of_the_assembly_stand_apart():
    marker = Property(OfAssembly(), "marker_environment", json_text({"python_version": "3.12"}))
    lines = [member(TORCH), said(TORCH, "build", "cu128"), marker]
    view = build_view(snapshot([("s", "x", ENV, lines, 1)]))
    content = view.assemblies[ENV].content
    assert content.members[TORCH].facts == (("build", '"cu128"'),)
    assert [one.name for one in content.properties] == ["marker_environment"]
    assert not view.values


def test_an_end_that_is_no_member_is_kept_outside_the_walk():
    driver = "capability:nvidia-driver"
    lines = [member(TORCH), edge(TORCH, "requires", driver, ">=535")]
    view = build_view(snapshot([("s", "x", ENV, lines, 1)]))
    content = view.assemblies[ENV].content
    assert not content.edges
    assert [(e.kind, e.upstream) for e in content.outer] == [("requires", driver)]
    assert not content.members[TORCH].unknown
    assert driver in view.nodes
    assert not view.lines


def test_what_the_assembly_as_a_whole_requires_is_a_line_of_its_subject():
    line = Edge("requires", OfAssembly(), "capability:nvidia-driver")
    view = build_view(snapshot([("s", "x", ENV, [member(TORCH), line], 1)]))
    assert [one.upstream for one in view.lines[ENV]] == ["capability:nvidia-driver"]


def test_assemblies_that_share_one_of_their_sets_are_not_mixed_up():
    keys = [f"pkg:pypi/only{n}@1" for n in range(6)]
    held = [("s", f"lock {n}", f"environment:acme/e{n}", [member(TORCH)], 1) for n in range(6)]
    held += [("t", f"{n}", f"environment:acme/e{n}", [member(keys[n])], 2) for n in range(6)]
    view = build_view(snapshot(held))
    for n in range(6):
        content = view.assemblies[f"environment:acme/e{n}"].content
        assert set(content.members) == {TORCH, keys[n]}
