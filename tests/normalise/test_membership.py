"""The subject's own lines mark direct members and make no depends_on edge."""

from __future__ import annotations

import pytest

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
from lineage.model.identity import Key, identify
from lineage.normalise.steps import normalise
from lineage.normalise.subject import explicit_subject

CHAT = Key("service:acme/chat@1.0")
TORCH, NUMPY, SIX = (Key(f"pkg:pypi/{name}@1") for name in ("torch", "numpy", "six"))
LLAMA = Key("pkg:huggingface/acme/llama")
SEARCH, GPU = Key("service:acme/search"), Key("hardware:acme/h100")


def reading(*claims: Claim, subject: Key = CHAT, own: bool = True) -> Reading:
    return Reading(format="t", version="1", subject=subject, own_subject=own, claims=claims)


def done(*claims: Claim, subject: Key = CHAT) -> Reading:
    return normalise(reading(*claims, subject=subject), Circumstance())


def member(key: Key) -> Claim:
    return Claim(Member(key), CHAT)


def line(downstream: Key, upstream: Key, wish: Requirement | None = None) -> Claim:
    return Claim(Edge("depends_on", OfComponent(downstream), upstream, wish), CHAT, "dependencies")


def directness(found: Reading):
    return {
        c.statement.component: c.statement.direct
        for c in found.claims
        if isinstance(c.statement, Member)
    }


def key_of(subject):
    return subject.key if isinstance(subject, OfComponent) else None


def edges(found: Reading):
    return {
        (c.statement.kind, key_of(c.statement.downstream), c.statement.upstream, c.assembly)
        for c in found.claims
        if isinstance(c.statement, Edge)
    }


def test_own_lines_mark_direct_members_and_make_no_edge():
    found = done(member(TORCH), member(NUMPY), member(SIX), line(CHAT, TORCH), line(TORCH, NUMPY))
    assert directness(found) == {TORCH: "direct", NUMPY: "transitive", SIX: "unknown"}
    assert edges(found) == {("depends_on", TORCH, NUMPY, CHAT)}


def test_without_own_lines_nobody_knows_who_is_direct():
    found = done(member(TORCH), member(NUMPY), line(TORCH, NUMPY))
    assert set(directness(found).values()) == {"unknown"}


@pytest.mark.parametrize("about", [OfComponent(CHAT), OfAssembly()])
def test_a_subject_that_says_it_has_none_states_its_lines(about):
    none = Claim(property_of(about, "dependencies", "none"), CHAT)
    found = done(none, member(TORCH), member(NUMPY), line(TORCH, NUMPY))
    assert directness(found) == {TORCH: "unknown", NUMPY: "transitive"}


def test_what_a_reader_knows_of_directness_stays():
    found = done(Claim(Member(TORCH, "direct"), CHAT), Claim(Member(NUMPY, "transitive"), CHAT))
    assert directness(found) == {TORCH: "direct", NUMPY: "transitive"}


def test_the_wish_of_the_line_goes_to_the_member():
    wish = Requirement(">=1", "pep440", extras=("cuda",))
    found = done(member(TORCH), line(CHAT, TORCH, wish))
    [asked] = [c.statement for c in found.claims if isinstance(c.statement, Member)]
    assert (asked.requirement, asked.extras) == (wish, ("cuda",))


def test_a_model_that_is_a_member_is_served_as_well():
    found = done(member(LLAMA), line(CHAT, LLAMA))
    assert directness(found) == {LLAMA: "direct"}
    assert edges(found) == {("serves", CHAT, LLAMA, None)}


def test_a_service_is_no_member_and_has_only_the_call():
    found = done(line(CHAT, SEARCH))
    assert directness(found) == {}
    assert edges(found) == {("calls", CHAT, SEARCH, None)}


def test_what_only_an_own_line_names_is_a_member_by_it():
    found = done(line(CHAT, TORCH))
    assert directness(found) == {TORCH: "direct"}


def test_ends_of_inner_lines_say_the_kind():
    found = done(line(SEARCH, LLAMA), line(SEARCH, GPU), line(TORCH, LLAMA))
    assert edges(found) == {
        ("serves", SEARCH, LLAMA, None),
        ("runs_on", SEARCH, GPU, None),
        ("depends_on", TORCH, LLAMA, CHAT),
    }


def test_the_claimed_kind_of_an_end_comes_before_its_keys():
    claim = Claim(Component(TORCH, "model", "torch"))
    assert ("serves", SEARCH, TORCH, None) in edges(done(claim, line(SEARCH, TORCH)))


def test_a_subject_is_no_member_of_itself():
    found = done(member(CHAT), member(TORCH))
    assert directness(found) == {TORCH: "unknown"}
    assert "itself" in found.warnings[0]


def test_an_explicit_subject_gets_the_documents_subject_as_its_one_direct_member():
    project = identify("service:acme/portal@3").key
    claims = explicit_subject(reading(member(TORCH)), project)
    assert [c.statement for c in claims] == [
        Component(project, "service", "portal", "3"),
        Member(CHAT, "direct"),
    ]
    assert claims[1].assembly == project
    assert explicit_subject(reading(), CHAT) == ()
    assert explicit_subject(reading(own=False), project) == ()


def test_a_service_is_no_member_of_what_leans_on_it():
    shop = Key("pkg:npm/shop@2.0")
    own = Claim(Edge("depends_on", OfComponent(shop), SEARCH), shop, "dependencies")
    lib = Claim(Edge("depends_on", OfComponent(shop), SIX), shop, "dependencies")
    found = done(Claim(Component(shop, "framework", "shop")), own, lib, subject=shop)
    assert directness(found) == {SIX: "direct"}
    assert edges(found) == {("depends_on", None, SEARCH, shop)}
    assert normalise(found, Circumstance()).claims == found.claims


def test_a_service_that_is_stated_as_a_member_stays_one():
    shop = Key("pkg:npm/shop@2.0")
    own = Claim(Edge("depends_on", OfComponent(shop), SEARCH), shop, "dependencies")
    found = done(Claim(Member(SEARCH), shop), own, subject=shop)
    assert directness(found) == {SEARCH: "direct"}
    assert edges(found) == set()
