"""A graph that was moved forward equals one that was built at once, bit for bit."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.graph.projection.packing import Packed
from lineage.graph.projection.projection import Projection
from lineage.graph.projection.projector import Projector
from lineage.model.revision import At, Scope
from tests.strategies.estates import Estate, estate, estates


def same(one: Projection, other: Projection) -> bool:
    return (
        one.components == other.components
        and one.assemblies == other.assemblies
        and one.resolutions == other.resolutions
        and one.digests == other.digests
        and one.codes.pairs == other.codes.pairs
        and np.array_equal(one.resolution_of, other.resolution_of)
        and np.array_equal(one.occurrences, other.occurrences)
        and np.array_equal(one.members.values, other.members.values)
        and packed_alike(one.upstream, other.upstream)
        and packed_alike(one.downstream, other.downstream)
    )


def packed_alike(one: Packed, other: Packed) -> bool:
    return np.array_equal(one.begin, other.begin) and np.array_equal(one.words, other.words)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(made=estates(), scope=st.sampled_from([*Scope]))
def test_rebuilt_is_incremental(made: Estate, scope: Scope) -> None:
    moved = Projector()
    for revision in range(1, len(made.pushes) + 1):
        view = made.views.view(At(revision=revision, scope=scope))
        assert same(moved.project(view), Projector().project(view))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(made=estates())
def test_forgetting_changes_nothing(made: Estate) -> None:
    forgetful = Projector(kept=0)
    for revision in (*range(1, len(made.pushes) + 1), 1):
        view = made.views.view(At(revision=revision))
        assert same(forgetful.project(view), Projector().project(view))


def test_only_what_is_new_is_digested() -> None:
    made = estate(7)
    projector = Projector()
    view = made.views.view(At())
    projector.project(view)
    digested = projector.digested
    assert 0 < digested <= len(view.assemblies)
    projector.project(view)
    assert projector.digested == digested
