"""Identity classes: one thing under several keys, undoable."""

from __future__ import annotations

from lineage.model.claim import Component
from lineage.model.identity import Key
from lineage.record.build import build_view
from tests.snapshots import edge, member, pointer, said, snapshot

PURL = "pkg:huggingface/acme/llm@abc"
NAME = "model:acme/llm@3"
DIGEST = "model:sha256:" + "a" * 64


def test_a_class_shows_purl_then_digest_then_name():
    joins = [edge(NAME, "same_as", DIGEST)]
    assert build_view(snapshot([("j", "1", None, joins, 1)])).shown(NAME) == DIGEST
    joins.append(edge(PURL, "same_as", NAME))
    view = build_view(snapshot([("j", "1", None, joins, 1)]))
    assert {view.shown(key) for key in (PURL, NAME, DIGEST)} == {PURL}
    assert view.nodes[PURL].keys == (NAME, DIGEST, PURL)
    assert set(view.nodes) == {PURL}
    assert not view.edges


def test_an_alias_that_is_a_key_joins_and_other_text_does_not():
    said_of = [said(NAME, "alias", PURL), said(NAME, "alias", "the big one")]
    view = build_view(snapshot([("m", "1", None, said_of, 1)]))
    assert view.shown(NAME) == PURL
    assert [value.value for value in view.values[PURL]] == [
        "pkg:huggingface/acme/llm@abc",
        "the big one",
    ]


def test_an_alias_without_a_version_does_not_join_all_versions():
    said_of = [said(f"pkg:pypi/torch@{v}", "alias", "framework:acme/torch") for v in ("1.0", "2.0")]
    assert build_view(snapshot([("m", "1", None, said_of, 1)])).canonical == {}


def test_everything_in_the_view_is_the_shown_key():
    service = "service:acme/chat@1"
    held = [
        ("ci", "bom", service, [member(NAME), member("pkg:pypi/x@1"),
                                edge("pkg:pypi/x@1", "depends_on", DIGEST)], 1),
        ("ci", "world", None, [edge(service, "serves", NAME), said(DIGEST, "licence", "MIT"),
                               edge(DIGEST, "requires", "capability:cuda", ">=12"),
                               pointer("model:acme/llm", "prod", NAME),
                               edge("service:acme/b@1", "serves", "model:acme/llm",
                                    pointer="prod")], 1),
        ("j", "1", None, [edge(NAME, "same_as", PURL), edge(NAME, "same_as", DIGEST)], 2),
    ]  # fmt: skip
    view = build_view(snapshot(held))
    content = view.assemblies[service].content
    assert set(content.members) == {PURL, "pkg:pypi/x@1"}
    assert content.edges[0].upstream == PURL
    assert {one.upstream for one in view.edges} == {PURL}
    assert view.first(Key(PURL), "licence").value == "MIT"
    assert set(view.lines) == {PURL}
    assert view.families["model:acme/llm"] == (PURL,)
    assert view.families["pkg:huggingface/acme/llm"] == (PURL,)


def test_two_joined_assemblies_are_united_and_separating_undoes_it():
    env, image = "environment:acme/lock", "container:acme/image@7"
    held = [
        ("a", "1", env, [member("pkg:pypi/a@1")], 1),
        ("b", "1", image, [member("pkg:pypi/b@1")], 2),
    ]
    apart = build_view(snapshot(held))
    joined = build_view(snapshot([*held, ("j", "1", None, [edge(env, "same_as", image)], 3)]))
    (only,) = joined.assemblies.values()
    assert only.key == image
    assert set(only.content.members) == {"pkg:pypi/a@1", "pkg:pypi/b@1"}
    assert only.streams == ("a", "b")
    again = build_view(snapshot(held, revision=4))
    assert again.assemblies == apart.assemblies
    assert again.canonical == {}


def test_a_member_joined_with_another_is_one_member():
    env = "environment:acme/e"
    lines = [member(NAME, "direct"), member(PURL, "transitive"), edge(NAME, "depends_on", PURL)]
    join = ("j", "1", None, [edge(NAME, "same_as", PURL)], 2)
    content = build_view(snapshot([("a", "1", env, lines, 1), join])).assemblies[env].content
    assert list(content.members) == [PURL]
    assert content.members[PURL].direct == "direct"
    assert content.edges == ()
    assert (
        content.digest
        != build_view(snapshot([("a", "1", env, lines, 1)])).assemblies[env].content.digest
    )


def test_a_conflict_of_kinds_is_kept():
    said_of = [
        Component(Key(NAME), "model", "llm", "3"),
        Component(Key(NAME), "dataset", "llm", "3"),
    ]
    held = [("a", "1", None, said_of[:1], 1), ("b", "1", None, said_of[1:], 2)]
    node = build_view(snapshot(held)).nodes[NAME]
    assert (node.kind, node.kinds) == ("dataset", ("dataset", "model"))
    assert (node.name, node.version, node.family) == ("llm", "3", "model:acme/llm")
