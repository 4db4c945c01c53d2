"""What holds everywhere: edges, declared lines, values by precedence, facts, and who says so."""

from __future__ import annotations

from lineage.model.claim import (
    Edge,
    OfAssembly,
    OfFamily,
    OfPattern,
    Requirement,
    json_text,
    property_of,
)
from lineage.model.claim import Property as Claimed
from lineage.record.build import build_view
from lineage.record.snapshot import SlotState
from tests.snapshots import edge, member, said, snapshot, statement_id

LLM, DATA = "model:acme/llm@1", "dataset:acme/corpus@1"
TORCH = "pkg:pypi/torch@2.9.1"


def slot(stream: str, precedence: str, revision: int) -> SlotState:
    return SlotState(
        stream=stream, slot="x", subject=None, revision=revision, precedence=precedence,
        format="f",
    )  # fmt: skip


def test_values_come_by_precedence_then_newest():
    order = [("set", 2), ("manifest", 9), ("document", 3), ("tenant-pack", 8), ("public-pack", 7)]
    held = [(p, "x", None, [said(LLM, "owner", p)], n) for p, n in order]
    held.append(("newer", "x", None, [said(LLM, "owner", "newer")], 6))
    view = build_view(snapshot(held, slots=[slot(p, p, n) for p, n in order]))
    assert [one.value for one in view.values[LLM]] == [
        "set", "manifest", "newer", "document", "tenant-pack", "public-pack",
    ]  # fmt: skip
    assert view.first(LLM, "owner").value == "set"
    assert view.first(LLM, "licence") is None


def test_unknown_is_a_value_that_somebody_said():
    held = [("s", "x", None, [property_of(LLM, "licence", None, "unknown")], 1)]
    value = build_view(snapshot(held)).first(LLM, "licence")
    assert (value.value, value.state) == (None, "unknown")


def test_every_statement_names_its_sources_best_first():
    claim = said(LLM, "licence", "MIT")
    held = [("doc", "x", None, [claim], 5), ("set", "x", None, [claim], 2)]
    view = build_view(snapshot(held, slots=[slot("set", "set", 2)]))
    found = view.sources[statement_id(claim)]
    assert [(one.stream, one.revision, one.precedence, one.submission) for one in found] == [
        ("set", 2, "set", "set/x/2"),
        ("doc", 5, "document", "doc/x/5"),
    ]
    assert 4711 not in view.sources
    assert set(view.sources) == {statement_id(claim)}


def test_what_is_said_of_the_assembly_itself_is_said_of_its_subject():
    chat, other = "service:acme/chat@1", "service:acme/search@1"
    own = [member(TORCH), Claimed(OfAssembly(), "lifecycle", json_text("deployed")),
           Edge("runs_on", OfAssembly(), "host:acme/h")]  # fmt: skip
    view = build_view(snapshot([("a", "1", chat, own, 1), ("b", "1", other, own, 2)]))
    assert view.first(chat, "lifecycle").value == view.first(other, "lifecycle").value == "deployed"
    assert [(one.downstream, one.upstream) for one in view.edges] == [
        (chat, "host:acme/h"),
        (other, "host:acme/h"),
    ]
    assert view.assemblies[chat].content is view.assemblies[other].content


def test_equal_edges_are_one_and_inferred_ones_stay_apart():
    wish = Requirement(">=1", "pep440")
    held = [
        ("a", "x", None, [edge(LLM, "trained_on", DATA, wish)], 1),
        ("b", "x", None, [edge(LLM, "trained_on", DATA)], 2),
        ("c", "x", None, [edge(LLM, "trained_on", DATA, origin="inferred", confidence=0.3)], 3),
        ("d", "x", None, [edge(LLM, "trained_on", DATA, role="validation")], 4),
    ]
    view = build_view(snapshot(held))
    assert [(one.role, one.origin, one.confidence, len(one.statements)) for one in view.edges] == [
        ("", "declared", None, 2),
        ("", "inferred", 0.3, 1),
        ("validation", "declared", None, 1),
    ]
    assert view.edges[0].requirements == (wish,)


def test_universal_requirements_are_lines_and_no_edges():
    wish = Requirement("<3", "pep440")
    pattern = OfPattern("pkg:pypi/nvidia-*")
    held = [
        ("pack", "x", None, [
            edge(TORCH, "requires", "pkg:pypi/numpy", wish),
            edge(TORCH, "requires", "capability:cuda", ">=12"),
            Edge("requires", OfFamily("pkg:pypi/jax", ">=0.4"), "capability:python", wish),
            Edge("requires", pattern, "capability:glibc"),
            edge(TORCH, "depends_on", "pkg:pypi/filelock@3"),
        ], 1)
    ]  # fmt: skip
    view = build_view(snapshot(held))
    assert not view.edges
    assert [(one.kind, one.upstream, one.requirement.raw) for one in view.lines[TORCH]] == [
        ("requires", "capability:cuda", ">=12"),
        ("depends_on", "pkg:pypi/filelock@3", ""),
        ("requires", "pkg:pypi/numpy", "<3"),
    ]
    assert view.lines["pkg:pypi/jax"][0].subject == OfFamily("pkg:pypi/jax", ">=0.4")
    assert view.lines["pattern:pkg:pypi/nvidia-*"][0].subject == pattern
    assert "capability:cuda" in view.nodes
    assert "pkg:pypi/numpy" not in view.nodes


def test_rows_of_knowledge_are_facts_and_no_values():
    row = {"capability": "cuda", "value": "version", "role": "runtime", "source": "x"}
    fact = property_of(OfFamily("pkg:pypi/nvidia-cuda-runtime-cu12"), "provides", row)
    mine = property_of(
        OfFamily("pkg:pypi/nvidia-cuda-runtime-cu12"), "provides", row | {"role": "library"}
    )
    held = [("pack", "x", None, [fact], 9), ("own", "x", None, [mine], 1)]
    slots = [slot("pack", "public-pack", 9), slot("own", "tenant-pack", 1)]
    view = build_view(snapshot(held, slots=slots))
    assert [one.value["role"] for one in view.facts["provides"]] == ["library", "runtime"]
    assert view.facts["provides"][0].subject == OfFamily("pkg:pypi/nvidia-cuda-runtime-cu12")
    assert not view.values


def test_what_is_said_of_a_family_stands_under_the_family():
    licence = property_of(OfFamily("pkg:pypi/torch"), "licence", "BSD-3-Clause")
    held = [("s", "x", None, [licence], 1), ("s", "y", "environment:acme/e", [member(TORCH)], 2)]
    view = build_view(snapshot(held))
    assert view.first("pkg:pypi/torch", "licence").value == "BSD-3-Clause"
    assert view.families["pkg:pypi/torch"] == (TORCH,)
    assert view.first(TORCH, "licence").value == "BSD-3-Clause"
    own = build_view(snapshot([*held, ("t", "x", None, [said(TORCH, "licence", "MIT")], 3)]))
    assert own.first(TORCH, "licence").value == "MIT"
    assert view.first(TORCH, "lifecycle") is None


def test_ends_without_a_statement_of_their_own_are_nodes():
    view = build_view(snapshot([("s", "x", None, [edge(LLM, "trained_on", DATA)], 1)]))
    node = view.nodes[DATA]
    assert (node.kind, node.name, node.version, node.family) == (
        "dataset", "corpus", "1", "dataset:acme/corpus",
    )  # fmt: skip


def test_an_empty_record_has_an_empty_view():
    view = build_view(snapshot([]))
    assert (view.nodes, view.assemblies, view.edges) == ({}, {}, ())
    assert len(view.sources) == 0


def test_what_is_claimed_of_a_range_of_a_family_holds_for_its_known_versions():
    weak = "vulnerability:CVE-2026-1"
    held = [("scan", "x", None, [
        Edge("affected_by", OfFamily("pkg:pypi/torch", "vers:pypi/<2.10"), weak),
        Edge("affected_by", OfFamily("pkg:pypi/numpy"), weak),
    ], 1), ("s", "y", "environment:acme/e", [
        member(TORCH), member("pkg:pypi/torch@2.15"), member("pkg:pypi/torch@main"),
        member("pkg:pypi/numpy@2.1.0"),
    ], 2)]  # fmt: skip
    view = build_view(snapshot(held))
    assert {(one.downstream, one.upstream) for one in view.edges} == {
        (TORCH, weak),
        ("pkg:pypi/numpy@2.1.0", weak),
    }
    assert [one.kind for one in view.lines["pkg:pypi/torch"]] == ["affected_by"]
