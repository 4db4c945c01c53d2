"""Everything that is claimed about one component."""

from __future__ import annotations

from lineage.model.claim import Component as ComponentStatement
from lineage.model.claim import Json, OfComponent, Property
from lineage.model.identity import Key
from lineage.record.snapshot import SlotState
from queries.asking import ask
from queries.component import Component
from tests.snapshots import edge, member, said

MODEL = "pkg:huggingface/acme/llm@1"
DATA = "dataset:acme/corpus@2"
SERVICE = "service:acme/chat@1.0"


def show(handle, key):
    return ask(handle, Component(key=key))


def test_all_values_are_shown_and_the_one_that_decides_is_first(handle_of) -> None:
    handle = handle_of(
        [
            ("doc", "a", None, [said(MODEL, "licence", "MIT")], 1),
            ("set", "b", None, [said(MODEL, "licence", "Apache-2.0")], 2),
        ],
        slots=[
            SlotState(stream="set", slot="b", subject=None, revision=2, precedence="set"),
            SlotState(stream="doc", slot="a", subject=None, revision=1),
        ],
    )
    answer = show(handle, "llm")
    licences = [p for p in answer.properties if p.name == "licence"]
    assert [(p.value, p.first) for p in licences] == [("Apache-2.0", True), ("MIT", False)]
    assert [s.stream for s in licences[1].claimed_by] == ["doc"]
    assert [f.code for f in answer.findings] == ["LICENCES"]


def test_one_licence_said_twice_is_no_contradiction(handle_of) -> None:
    texts = [{"expression": "MIT", "raw": "MIT", "acknowledgement": a} for a in ("declared", None)]
    handle = handle_of(
        [
            ("a", "a", None, [said(MODEL, "licence", texts[0])], 1),
            ("b", "b", None, [said(MODEL, "licence", texts[1])], 2),
        ]
    )
    assert show(handle, MODEL).findings == ()


def test_states_are_kept_apart_from_values(handle_of) -> None:
    unsaid = Property(OfComponent(Key(MODEL)), "licence", Json("null"), "withheld")
    answer = show(handle_of([("doc", "a", None, [unsaid], 1)]), MODEL)
    assert [(p.value, p.state) for p in answer.properties] == [(None, "withheld")]


def test_edges_stand_in_both_directions_with_who_states_them(handle_of) -> None:
    trained = edge(MODEL, "trained_on", DATA, role="training")
    served = edge(SERVICE, "serves", MODEL)
    handle = handle_of([("one", "a", None, [trained], 1), ("two", "b", None, [trained, served], 2)])
    answer = show(handle, MODEL)
    assert [(e.kind, e.upstream, e.role) for e in answer.upstream] == [
        ("trained_on", DATA, "training")
    ]
    assert [s.stream for s in answer.upstream[0].claimed_by] == ["two", "one"]
    assert [(e.kind, e.downstream) for e in answer.downstream] == [("serves", SERVICE)]


def test_a_member_shows_every_assembly_and_what_is_unknown(handle_of) -> None:
    torch, numpy = "pkg:pypi/torch@2.9.1", "pkg:pypi/numpy@2.0.0"
    lock = [member(torch, "direct", ">=2"), member(numpy), edge(torch, "depends_on", numpy)]
    handle = handle_of(
        [("a", "x", "environment:acme/one", lock, 1), ("b", "x", "environment:acme/two", lock, 2)]
    )
    answer = show(handle, torch)
    assert [m.assembly for m in answer.assemblies] == [
        "environment:acme/one",
        "environment:acme/two",
    ]
    assert [m.dependencies_unknown for m in answer.assemblies] == [False, False]
    assert answer.assemblies[0].requirements[0].raw == ">=2"
    assert answer.members is None
    assert [m.dependencies_unknown for m in show(handle, numpy).assemblies] == [True, True]


def test_an_assembly_shows_its_members(handle_of) -> None:
    lock = [member("pkg:pypi/torch@2.9.1"), member("pkg:pypi/numpy@2.0.0")]
    answer = show(handle_of([("a", "x", "environment:acme/one", lock, 1)]), "one")
    assert [m.component for m in answer.members or ()] == [
        "pkg:pypi/numpy@2.0.0",
        "pkg:pypi/torch@2.9.1",
    ]


def test_two_digests_and_two_kinds_are_findings(handle_of) -> None:
    first, second = "sha256:" + "a" * 64, "sha256:" + "b" * 64
    handle = handle_of(
        [
            ("a", "x", None, [said(DATA, "digest", first)], 1),
            ("b", "x", None, [said(DATA, "digest", second)], 2),
            ("c", "x", None, [ComponentStatement(Key(DATA), "model", "corpus", "2")], 3),
            ("d", "x", None, [ComponentStatement(Key(DATA), "dataset", "corpus", "2")], 4),
        ]
    )
    answer = show(handle, DATA)
    assert {f.code: set(f.values) for f in answer.findings} == {
        "DIGESTS": {first, second},
        "KINDS": {"dataset", "model"},
    }


def test_a_family_of_assemblies_shows_all_its_versions_that_count(handle_of) -> None:
    handle = handle_of(
        [
            ("a", "1", "service:acme/chat@1.0", [member("pkg:pypi/torch@2.9.1")], 1),
            ("b", "1", "service:acme/chat@2.0", [member("pkg:pypi/torch@2.15.0")], 2),
        ]
    )
    answer = show(handle, "service:acme/chat")
    assert (answer.key, answer.version) == ("service:acme/chat", None)
    assert answer.versions == ("service:acme/chat@1.0", "service:acme/chat@2.0")
    assert {m.assembly for m in answer.members or ()} == set(answer.versions)
