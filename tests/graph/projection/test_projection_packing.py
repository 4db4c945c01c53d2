"""Edges survive packing, in six bits or with the dependency scope beside them."""

from __future__ import annotations

import random

import numpy as np
import pytest

from lineage.errors import BudgetExceededError
from lineage.graph.engine import Direction, Mask, Walk
from lineage.graph.engines.csr import CsrEngine, CsrWalker
from lineage.graph.projection.engine import ProjectedEngine
from lineage.graph.projection.packing import FREE, NODE_LIMIT, Codes, pack
from lineage.graph.projection.projection import Projection
from lineage.graph.projection.projector import Projector
from lineage.model.revision import At
from tests.strategies.estates import estate

PAIRS = [(f"kind{k}", f"scope{s}") for k in range(9) for s in range(8)]


@pytest.mark.parametrize(("limit", "beside"), [(len(PAIRS) + FREE, False), (64, True), (4, True)])
def test_edges_come_back_as_they_went_in(limit: int, beside: bool) -> None:
    rng = random.Random(limit)
    pairs = PAIRS if beside else PAIRS[:61]
    codes = Codes(pairs, limit=limit)
    assert codes.beside is beside
    edges = sorted(
        {(rng.randrange(50), rng.randrange(50), rng.randrange(len(codes))) for _ in range(900)}
    )
    twice = np.array([*edges, *edges], dtype=np.int64)
    packed = pack(50, twice[:, 0], twice[:, 1], twice[:, 2], codes)
    assert (packed.scopes is not None) is beside
    back = [
        (node, end, code)
        for node in range(50)
        for end, code in zip(*(one.tolist() for one in packed.row(node)), strict=True)
    ]
    assert back == edges


def test_only_pairs_that_occur_get_a_code() -> None:
    codes = Codes([("b", "x"), ("a", "y"), ("b", "x")])
    assert codes.pairs[FREE:] == (("a", "y"), ("b", "x"))
    assert [codes.kind_of(code) for code in range(len(codes))] == [None, None, None, "a", "b"]
    mask = Mask(kinds=frozenset({"b"}))
    assert codes.allowed(mask).tolist() == [True, True, True, False, True]


def test_the_sixty_fifth_pair_moves_the_scope_aside() -> None:
    assert not Codes(PAIRS[: 64 - FREE]).beside
    assert Codes(PAIRS[: 65 - FREE]).beside


def test_too_many_nodes_or_kinds_are_refused() -> None:
    none = np.empty(0, dtype=np.int64)
    with pytest.raises(BudgetExceededError):
        pack(NODE_LIMIT + 1, none, none, none, Codes([]))
    with pytest.raises(BudgetExceededError):
        Codes((f"kind{n}", "") for n in range(70))


@pytest.mark.parametrize("seed", range(25))
def test_answers_are_the_same_with_the_scope_beside(seed: int) -> None:
    made = estate(seed)

    def walker(graph: Projection) -> CsrWalker:
        return CsrWalker(graph.upstream, graph.downstream)

    beside = ProjectedEngine(made.views, walker, projector=Projector(code_limit=4))
    inside = CsrEngine(made.views)
    assert beside.projection(At()).upstream.scopes is not None
    assert inside.projection(At()).upstream.scopes is None
    masks = (Mask(), Mask(dependency_scopes=frozenset({"runtime"})))
    for key in made.views.view(At()).nodes:
        for direction in Direction:
            for mask in masks:
                walk = Walk(starts=((key, None),), direction=direction, mask=mask)
                assert list(beside.reach(walk)) == list(inside.reach(walk))
