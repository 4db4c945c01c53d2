"""Names that move, and names without a version: what they stand for at one revision."""

from __future__ import annotations

from lineage.model.claim import Requirement
from lineage.record.build import build_view
from tests.snapshots import edge, member, pointer, said, snapshot

IMAGE = "container:acme/image"
RUNS = edge("service:acme/chat@1.0", "runs_on", IMAGE, pointer="prod")
MODEL = "model:acme/llm"


def upstream(*held) -> tuple[str, bool, int]:
    view = build_view(snapshot(held))
    (found,) = view.edges
    return found.upstream, found.unpinned, view.left_out.unresolved


def test_a_tag_that_moves():
    asked = ("k8s", "chat", None, [RUNS], 1)
    first = ("reg", "a", None, [pointer(IMAGE, "prod", f"{IMAGE}@sha1")], 2)
    second = ("reg", "b", None, [pointer(IMAGE, "prod", f"{IMAGE}@sha2")], 3)
    assert upstream(asked, first) == (f"{IMAGE}@sha1", True, 0)
    assert upstream(asked, first, second) == (f"{IMAGE}@sha2", True, 0)
    again = ("reg", "a", None, [pointer(IMAGE, "prod", f"{IMAGE}@sha1")], 4)
    assert upstream(asked, again, second) == (f"{IMAGE}@sha1", True, 0)


def test_a_pointer_that_nobody_states_is_unresolved_and_not_the_latest():
    asked = ("k8s", "chat", None, [RUNS], 1)
    other = ("reg", "a", None, [pointer(IMAGE, "staging", f"{IMAGE}@sha1")], 2)
    assert upstream(asked, other) == (IMAGE, True, 1)


def test_an_unresolved_pointer_of_an_archived_assembly_is_not_counted():
    held = [
        ("ci", "1.0", "service:acme/chat@1.0", [member("pkg:pypi/x@1")], 1),
        ("ci", "1.0", None, [RUNS], 1),
        ("ci", "1.1", "service:acme/chat@1.1", [member("pkg:pypi/x@1")], 2),
    ]
    assert build_view(snapshot(held)).left_out.unresolved == 0
    assert build_view(snapshot(held[:2])).left_out.unresolved == 1


def test_a_name_without_a_version_is_the_latest_that_counts():
    asked = ("app", "x", None, [edge("service:acme/chat@1", "serves", MODEL)], 1)
    assert upstream(asked) == (MODEL, True, 0)
    two = ("reg", "m", None, [said(f"{MODEL}@1.0", "licence", "MIT"),
                              said(f"{MODEL}@1.2", "licence", "MIT")], 2)  # fmt: skip
    assert upstream(asked, two) == (f"{MODEL}@1.2", True, 0)
    # Of assemblies only the latest of a stream is one to choose from.
    boms = [("ci", f"{n}", f"{MODEL}@{v}", [member("pkg:pypi/x@1")], n)
            for n, v in enumerate(("aa", "bb"), 5)]  # fmt: skip
    assert upstream(asked, *boms) == (f"{MODEL}@bb", True, 0)
    spoken_of = ("x", "y", None, [said(f"{MODEL}@aa", "licence", "MIT")], 9)
    assert upstream(asked, *boms, spoken_of) == (f"{MODEL}@bb", True, 0)


def test_a_version_that_is_named_is_pinned():
    asked = ("app", "x", None, [edge("service:acme/chat@1", "serves", f"{MODEL}@1.0")], 1)
    newer = ("reg", "m", None, [said(f"{MODEL}@1.2", "licence", "MIT")], 2)
    assert upstream(asked, newer) == (f"{MODEL}@1.0", False, 0)


def test_a_machine_has_no_versions_and_is_pinned_by_its_name():
    asked = ("app", "x", None, [edge("service:acme/chat@1", "runs_on", "host:acme/gpu-1")], 1)
    assert upstream(asked) == ("host:acme/gpu-1", False, 0)


def test_a_subject_without_a_version_is_the_latest_too():
    held = [
        ("ci", "bom", "service:acme/chat@1.1", [member("pkg:pypi/x@1")], 1),
        ("file", "y", None, [edge("service:acme/chat", "runs_on", "host:acme/gpu-1")], 2),
    ]
    (found,) = build_view(snapshot(held)).edges
    assert found.downstream == "service:acme/chat@1.1"


def test_an_assembly_without_a_version_is_itself():
    env = "environment:acme/lock"
    held = [
        ("ci", "a", env, [member("pkg:pypi/x@1")], 1),
        ("ci", "b", f"{env}@9", [member("pkg:pypi/x@1")], 2),
        ("file", "y", None, [edge("service:acme/chat@1", "runs_on", env)], 3),
    ]
    (found,) = build_view(snapshot(held)).edges
    assert found.upstream == env


def inside(*statements, known=("1.0", "1.5", "2.0")):
    said_of = [said(f"pkg:pypi/lib@{v}", "licence", "MIT") for v in known]
    env = "environment:acme/e"
    held = [("s", "x", env, list(statements), 1), ("pack", "p", None, said_of, 2)]
    return build_view(snapshot(held)).assemblies[env].content


def test_a_member_without_a_version_and_the_edges_to_it_are_one_node():
    app = "pkg:pypi/app@1"
    lines = [member(app), member("pkg:pypi/lib"), edge(app, "depends_on", "pkg:pypi/lib")]
    content = inside(*lines)
    assert set(content.members) == {app, "pkg:pypi/lib@2.0"}
    assert [(e.upstream, e.unpinned) for e in content.edges] == [("pkg:pypi/lib@2.0", True)]
    assert set(inside(*lines, known=()).members) == {app, "pkg:pypi/lib"}


def test_the_wishes_of_an_assembly_bound_what_a_bare_member_may_be():
    app = "pkg:pypi/app@1"
    lines = [member(app), member("pkg:pypi/lib"), edge(app, "depends_on", "pkg:pypi/lib", "<2")]
    assert set(inside(*lines).members) == {app, "pkg:pypi/lib@1.5"}
    none = [*lines, edge(app, "depends_on", "pkg:pypi/lib", Requirement("<1", "pep440"))]
    content = inside(*none)
    assert set(content.members) == {app, "pkg:pypi/lib"}
    assert content.edges[0].upstream == "pkg:pypi/lib"


def test_a_pointer_inside_an_assembly_moves_its_member_along():
    chat = "service:acme/chat@1.0"
    lines = [member("pkg:pypi/app@1"), member(IMAGE),
             edge("pkg:pypi/app@1", "depends_on", IMAGE, pointer="prod")]  # fmt: skip

    def contents(*tags):
        held = [("s", "x", chat, lines, 1)]
        held += [("r", tag, None, [pointer(IMAGE, tag, f"{IMAGE}@{at}")], 2) for tag, at in tags]
        view = build_view(snapshot(held))
        return view.assemblies[chat].content, view.left_out.unresolved

    one, lost = contents(("prod", "7"), ("other", "8"))
    assert set(one.members) == {"pkg:pypi/app@1", f"{IMAGE}@7"}
    assert (one.edges[0].upstream, one.edges[0].unpinned, lost) == (f"{IMAGE}@7", True, 0)
    two, _ = contents(("prod", "9"))
    assert one.digest != two.digest
    none, lost = contents()
    assert set(none.members) == {"pkg:pypi/app@1", IMAGE}
    assert lost == 1


def test_an_edge_to_a_name_leads_to_the_version_that_the_assembly_holds():
    app = "pkg:pypi/app@1"
    content = inside(
        member(app), member("pkg:pypi/lib@1.0"), edge(app, "depends_on", "pkg:pypi/lib", ">=1.5")
    )
    assert set(content.members) == {app, "pkg:pypi/lib@1.0"}
    assert [e.upstream for e in content.edges] == ["pkg:pypi/lib@1.0"]
    two = inside(
        member(app),
        member("pkg:pypi/lib@1.0"),
        member("pkg:pypi/lib@1.5"),
        edge(app, "depends_on", "pkg:pypi/lib"),
    )
    assert not two.edges
    assert [e.upstream for e in two.outer] == ["pkg:pypi/lib@2.0"]
