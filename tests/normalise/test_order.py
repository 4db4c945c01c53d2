"""Laws: order of claims never matters, normalising twice changes nothing, duplicates collapse."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from lineage.ingest.reader import Circumstance
from lineage.model.claim import (
    Claim,
    Component,
    Edge,
    Member,
    OfAssembly,
    OfComponent,
    Requirement,
    property_of,
)
from lineage.model.document import Reading
from lineage.model.identity import Key
from lineage.normalise.steps import normalise
from lineage.vocabulary.edges import EDGES
from lineage.vocabulary.nodes import NODES

SUBJECT = Key("service:acme/chat@1")
KEYS = [SUBJECT, *(Key(f"{kind}:thing@1") for kind in NODES.names()), Key("pkg:pypi/torch@2.9.1")]

keys = st.sampled_from(KEYS)
wishes = st.none() | st.builds(Requirement, st.sampled_from(["", ">=1"]), st.just("pep440"))
subjects = st.builds(OfComponent, keys) | st.just(OfAssembly())
statements = st.one_of(
    st.builds(Component, keys, st.sampled_from(NODES.names()), st.just("thing")),
    st.builds(
        Member,
        keys,
        st.sampled_from(["direct", "transitive", "unknown"]),
        wishes,
        st.sampled_from([(), ("a",), ("b",)]),
    ),
    st.builds(Edge, st.sampled_from(["depends_on", *EDGES.names()]), subjects, keys, wishes),
    st.builds(
        property_of,
        subjects,
        st.sampled_from(["dependencies", "licence", "end_of_life", "colour"]),
        st.sampled_from(["none", "MIT", "2026-01-01", "unknown"]),
    ),
)
claims = st.builds(
    Claim, statements, st.sampled_from([None, SUBJECT]), st.sampled_from(["", "a.0", "b.1"])
)


def done(found: list[Claim]) -> Reading:
    reading = Reading(
        format="t", version="1", subject=SUBJECT, own_subject=True, claims=tuple(found)
    )
    return normalise(reading, Circumstance())


@given(st.lists(claims, max_size=14), st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_the_order_of_claims_never_matters(found, random):
    shuffled = list(found)
    random.shuffle(shuffled)
    first, second = done(found), done(shuffled)
    assert first.claims == second.claims
    assert first.quarantined == second.quarantined
    assert sorted(first.warnings) == sorted(second.warnings)


@given(st.lists(claims, max_size=14))
@settings(max_examples=300, deadline=None)
@example(
    [
        Claim(Component(Key("service:acme/chat@1"), "dataset", "thing")),
        Claim(Edge("built_with", OfAssembly(), Key("service:thing@1"))),
    ]
)
def test_normalising_twice_changes_nothing(found):
    once = done(found)
    again = normalise(replace(once, warnings=(), quarantined=()), Circumstance())
    assert again.claims == once.claims
    assert (again.warnings, again.quarantined) == ((), ())


@given(st.lists(claims, max_size=14))
@settings(max_examples=200, deadline=None)
def test_every_edge_that_comes_out_is_legal_and_none_is_the_subjects_own(found):
    reading = done(found)
    for claim in reading.claims:
        edge = claim.statement
        if isinstance(edge, Edge):
            assert (claim.assembly is None) or EDGES.get(edge.kind).holds != "everywhere"
            if edge.kind == "depends_on":
                assert claim.assembly is not None
                assert edge.downstream not in (OfAssembly(), OfComponent(claim.assembly))


def test_duplicates_collapse_to_the_smallest_path():
    same = Component(KEYS[1], "dataset", "thing")
    [claim] = done([Claim(same, path="z"), Claim(same, path="b"), Claim(same)]).claims
    assert claim.path == "b"


def test_what_is_said_of_one_member_twice_is_united():
    torch = KEYS[-1]
    found = done(
        [
            Claim(Member(torch, "unknown", extras=("a",)), SUBJECT),
            Claim(Member(torch, "direct", Requirement(">=1", "pep440"), ("b",), "test"), SUBJECT),
        ]
    )
    assert [c.statement for c in found.claims] == [
        Member(torch, "direct", Requirement(">=1", "pep440"), ("a", "b"), "runtime")
    ]
