"""Laws of the view, on random estates: what must hold whatever the documents say."""

from __future__ import annotations

import random
from dataclasses import replace

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.model.claim import OfComponent, OfFamily
from lineage.model.identity import FORM_ORDER, identify
from lineage.model.revision import Scope
from lineage.record.build import build_view
from lineage.record.classes import classes
from lineage.record.snapshot import Snapshot
from lineage.record.source import counts
from lineage.record.view import View
from tests.snapshots import edge, snapshot
from tests.strategies.estates import PACKAGES, SUBJECTS, THINGS, Estate, estates

KEYS = (*PACKAGES, *THINGS, *SUBJECTS, "model:sha256:" + "b" * 64)
CASES = settings(max_examples=60, deadline=None, derandomize=True)
PAIRS = st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS)), max_size=8)


def last(estate: Estate) -> Snapshot:
    return estate.snapshot(len(estate.pushes))


def with_joins(at: Snapshot, pairs: list[tuple[str, str]]) -> Snapshot:
    """The snapshot and one more slot that joins these keys."""
    joined = snapshot([("join", "all", None, [edge(a, "same_as", b) for a, b in pairs], 1)])
    return replace(
        at,
        holdings=at.holdings + joined.holdings,
        slots={**at.slots, **joined.slots},
        streams={**at.streams, **joined.streams},
        statements={**at.statements, **joined.statements},
    )


def told(view: View) -> tuple[object, ...]:
    """Everything that a view says."""
    return (
        list(view.nodes.items()),
        list(view.assemblies.items()),
        view.edges,
        view.left_out,
        sorted(view.canonical.items()),
        list(view.values.items()),
        list(view.lines.items()),
        list(view.facts.items()),
        list(view.families.items()),
        [(one, view.sources[one]) for one in view.sources],
    )


@CASES
@given(estates(), PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_claims_and_holdings_never_matters(
    estate: Estate, pairs: list[tuple[str, str]], order: random.Random
):
    at = with_joins(last(estate), pairs)
    held = list(at.holdings)
    order.shuffle(held)
    places = list(at.slots)
    order.shuffle(places)
    turned = replace(
        at,
        holdings=tuple(held),
        slots={place: at.slots[place] for place in places},
        statements=dict(reversed(at.statements.items())),
    )
    for scope in Scope:
        assert told(build_view(at, scope=scope)) == told(build_view(turned, scope=scope))


@CASES
@given(PAIRS)
def test_same_as_is_an_equivalence(pairs: list[tuple[str, str]]):
    shown = classes(pairs)  # type: ignore[arg-type]
    expected = list(nx.connected_components(nx.Graph(pairs)))
    for members in expected:
        if len(members) == 1:
            assert not members & shown.keys()
            continue
        (one,) = {shown[key] for key in members}  # type: ignore[index]
        assert one == min(members, key=lambda key: (FORM_ORDER.index(identify(key).form), key))
    assert shown == classes([(b, a) for a, b in reversed(pairs)])  # type: ignore[misc]


@CASES
@given(estates(), PAIRS)
def test_a_join_undone_is_a_join_never_made(estate: Estate, pairs: list[tuple[str, str]]):
    at = last(estate)
    before = told(build_view(at))
    build_view(with_joins(at, pairs))
    assert told(build_view(at)) == before


@CASES
@given(estates(), PAIRS)
def test_every_key_of_a_view_is_the_shown_one(estate: Estate, pairs: list[tuple[str, str]]):
    view = build_view(with_joins(last(estate), pairs), scope=Scope.ALL)
    keys = set(view.nodes) | set(view.assemblies) | set(view.values) | set(view.families)
    keys.update(key for found in view.families.values() for key in found)
    for one in view.edges:
        keys.update((one.downstream, one.upstream))
    for name, assembly in view.assemblies.items():
        assert assembly.key == name
        content = assembly.content
        keys.update(content.members)
        for inner in (*content.edges, *content.outer):
            keys.update((inner.downstream, inner.upstream))
        for member, said in content.members.items():
            assert said.component == member
        for claim in content.properties:
            keys.update({claim.subject.key} if isinstance(claim.subject, OfComponent) else ())
    for key, found in view.lines.items():
        for line in found:
            keys.add(line.upstream)
            match line.subject:
                case OfComponent(of) | OfFamily(of):
                    assert of == key
                    keys.add(of)
    assert {key: view.shown(key) for key in keys} == {key: key for key in keys}
    ends = {key for one in view.edges for key in (one.downstream, one.upstream)}
    members = {key for one in view.assemblies.values() for key in one.content.members}
    assert ends | members | set(view.assemblies) <= set(view.nodes)
    for one in view.assemblies.values():
        for inner in one.content.edges:
            assert {inner.downstream, inner.upstream} <= set(one.content.members)


@CASES
@given(estates(), PAIRS)
def test_equal_contents_are_one_object_and_unequal_ones_are_not(
    estate: Estate, pairs: list[tuple[str, str]]
):
    view = build_view(with_joins(last(estate), pairs), scope=Scope.ALL)
    contents = [one.content for one in view.assemblies.values()]
    for one in contents:
        for other in contents:
            assert (one.digest == other.digest) == (one is other)


@CASES
@given(estates())
def test_all_holds_what_counts_and_the_archived_and_no_more(estate: Estate):
    at = last(estate)
    default, whole = build_view(at), build_view(at, scope=Scope.ALL)
    assert set(default.assemblies) | default.left_out.archived == set(whole.assemblies)
    assert set(default.assemblies).isdisjoint(default.left_out.archived)
    assert whole.left_out.archived == frozenset()
    for key, assembly in default.assemblies.items():
        assert assembly == whole.assemblies[key]
    named = build_view(at, archived=default.left_out.archived)
    assert named.assemblies == whole.assemblies
    assert set(default.edges) <= set(whole.edges)
    # Nothing that counts contains or leans on what is archived.
    for one in default.edges:
        if one.downstream in default.assemblies:
            assert one.upstream not in default.left_out.archived
    for assembly in default.assemblies.values():
        assert default.left_out.archived.isdisjoint(assembly.content.members)


@CASES
@given(estates())
def test_what_does_not_count_might_as_well_not_be_there(estate: Estate):
    at = last(estate)
    kept = tuple(one for one in at.holdings if counts(at.streams[one.stream]))
    slots = {(one.stream, one.slot): at.slots[one.stream, one.slot] for one in kept}
    without = build_view(replace(at, holdings=kept, slots=slots))
    view = build_view(at)
    assert told(view)[:3] == told(without)[:3]
    assert told(view)[4:] == told(without)[4:]


@CASES
@given(estates())
def test_a_view_depends_on_its_snapshot_alone(estate: Estate):
    at = last(estate)
    first = told(build_view(at))
    for number in range(1, len(estate.pushes)):
        build_view(estate.snapshot(number))
    assert told(build_view(last(estate))) == first


@CASES
@given(estates(), PAIRS)
def test_contents_made_for_another_view_change_nothing(
    estate: Estate, pairs: list[tuple[str, str]]
):
    at = with_joins(last(estate), pairs)
    made = {
        one.content.digest: one.content
        for other in (at, *(estate.snapshot(n) for n in range(1, len(estate.pushes) + 1)))
        for one in build_view(other, scope=Scope.ALL).assemblies.values()
    }
    assert told(build_view(at, made=made)) == told(build_view(at))
