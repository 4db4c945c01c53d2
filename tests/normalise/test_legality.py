"""Edges that the table does not allow, and where claims hold."""

from __future__ import annotations

from lineage.ingest.reader import Circumstance
from lineage.model.claim import (
    Claim,
    Component,
    Edge,
    Member,
    OfAssembly,
    OfComponent,
    OfFamily,
    Pointer,
    Property,
    Requirement,
    property_of,
)
from lineage.model.document import Reading
from lineage.model.identity import Key
from lineage.normalise.end import BY_ENDS
from lineage.normalise.steps import normalise
from lineage.vocabulary.edges import EDGES
from lineage.vocabulary.nodes import NODES

LOCK = Key("environment:acme/chat")
TORCH, NUMPY = Key("pkg:pypi/torch@2.9.1"), Key("pkg:pypi/numpy@2.3.4")
MODEL, DATA = Key("pkg:huggingface/acme/llama"), Key("dataset:acme/corpus")


def done(*claims: Claim) -> Reading:
    reading = Reading(format="t", version="1", subject=LOCK, own_subject=True, claims=claims)
    return normalise(reading, Circumstance())


def edge(kind: str, downstream: Key, upstream: Key, wish: Requirement | None = None) -> Claim:
    return Claim(Edge(kind, OfComponent(downstream), upstream, wish), path="components.0")


def placed(found: Reading):
    return {(type(c.statement).__name__, c.assembly) for c in found.claims}


def test_ends_in_the_row_are_left_alone():
    found = done(edge("trained_on", MODEL, DATA))
    assert [(c.statement.kind, c.assembly) for c in found.claims] == [("trained_on", None)]
    assert (found.quarantined, found.warnings) == ((), ())


def test_an_illegal_dependence_becomes_depends_on_with_a_warning():
    found = done(edge("reads", TORCH, DATA))
    [claim] = found.claims
    assert (claim.statement.kind, claim.assembly) == ("depends_on", LOCK)
    assert "components.0: reads goes from service, not from framework" in found.warnings[0]


def test_an_illegal_derivation_is_quarantined_with_its_path():
    found = done(edge("trained_on", TORCH, DATA), edge("revision_of", MODEL, DATA))
    assert found.claims == ()
    assert [q.path for q in found.quarantined] == ["components.0", "components.0"]
    assert "joins two of one kind" in found.quarantined[0].reason


def test_an_unknown_kind_is_quarantined():
    [bad] = done(edge("likes", TORCH, NUMPY)).quarantined
    assert bad.reason == "'likes' is no edge kind"
    assert "torch" in bad.raw


def test_no_self_edges():
    found = done(edge("depends_on", TORCH, TORCH), edge("contains", TORCH, TORCH))
    assert found.claims == ()
    assert len(found.warnings) == 2


def test_a_line_asking_for_an_extra_of_itself_is_kept():
    family = Key("pkg:pypi/torch")
    own = Requirement("", "pep440", extra="all", extras=("cuda",))
    assert len(done(edge("requires", TORCH, family, own)).claims) == 1
    assert len(done(edge("requires", family, family, own)).claims) == 1
    assert done(edge("requires", family, family)).claims == ()


def test_facts_about_a_family_are_checked_by_its_kind():
    weakness = Key("vulnerability:CVE-2026-1")
    found = done(
        Claim(Edge("affected_by", OfFamily(Key("pkg:pypi/torch"), "<2.9"), weakness)),
        Claim(Edge("trained_on", OfFamily(Key("pkg:pypi/torch")), DATA), path="x"),
    )
    assert [c.statement.kind for c in found.claims] == ["affected_by"]
    assert [q.path for q in found.quarantined] == ["x"]


def test_claims_hold_where_the_tables_say():
    found = done(
        Claim(Component(TORCH, "framework", "torch"), LOCK),
        Claim(Pointer(Key("pkg:oci/chat"), "latest", Key("pkg:oci/chat@1")), LOCK),
        Claim(Member(TORCH)),
        Claim(property_of(TORCH, "artefact", {"file": "x"})),
    )
    assert placed(found) == {
        ("Component", None),
        ("Pointer", None),
        ("Member", LOCK),
        ("Property", LOCK),
    }


def test_either_stays_where_the_reader_put_it():
    wish = Edge("requires", OfComponent(TORCH), Key("capability:python"), Requirement(">=3"))
    assert {c.assembly for c in done(Claim(wish), Claim(wish, LOCK)).claims} == {None, LOCK}
    named = property_of(TORCH, "colour", "red")
    assert {c.assembly for c in done(Claim(named), Claim(named, LOCK)).claims} == {None, LOCK}


def test_what_is_said_of_the_assembly_names_it_only_outside():
    found = done(
        Claim(property_of(OfAssembly(), "description", "a lock"), LOCK),
        Claim(property_of(LOCK, "completeness", {"aggregate": "complete"}), LOCK),
    )
    about = {c.statement.name: c.statement.subject for c in found.claims}
    assert about == {"description": OfComponent(LOCK), "completeness": OfAssembly()}
    assert all(isinstance(c.statement, Property) for c in found.claims)


def test_kinds_by_ends_are_legal_and_hold_everywhere():
    for row in BY_ENDS:
        kind = EDGES.get(row.kind)
        assert kind.holds == "everywhere"
        assert set(row.downstream) <= set(kind.downstream) <= set(NODES.names())
        assert set(row.upstream) <= set(kind.upstream)
