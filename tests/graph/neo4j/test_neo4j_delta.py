"""A delta takes what is held to what is wanted: worked out on sets, without a server."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.graph.engines.neo4j.delta import NOTHING, Held, delta, held_as
from lineage.graph.engines.neo4j.form import Form, form_of
from lineage.graph.engines.neo4j.numbers import Numbers
from lineage.graph.engines.neo4j.statement import statement
from lineage.graph.projection.projector import Projector
from lineage.model.revision import At
from tests.strategies.estates import Estate, estates

Edge = tuple[int, int, tuple[str, str]]


def form(made: Estate, revision: int) -> Form:
    view = made.views.view(At(revision=revision))
    return form_of(view, Projector().project(view))


def ids_of(one: Form, first: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.arange(one.projection.nodes)[::-1] + first


def edges(held: Held) -> set[Edge]:
    return {
        (int(held.ids[down]), int(held.ids[up]), held.pairs[pair])
        for down, up, pair in zip(
            held.down.tolist(), held.up.tolist(), held.pair.tolist(), strict=True
        )
    }


@settings(max_examples=60, deadline=None, derandomize=True)
@given(made=estates(), data=st.data())
def test_a_delta_leads_from_one_form_to_the_other(made: Estate, data: st.DataObject) -> None:
    numbers = st.integers(1, len(made.pushes))
    before, after = form(made, data.draw(numbers)), form(made, data.draw(numbers))
    held = held_as(before, ids_of(before, 1000))
    change = delta(held, after)
    ids = change.ids.copy()
    ids[ids < 0] = np.arange((ids < 0).sum()) + 5000
    gone = {
        (int(down), int(up), change.gone_pairs[pair])
        for down, up, pair in zip(*change.gone, strict=True)
    }
    surplus = set(change.surplus.tolist())
    kept = {e for e in edges(held) - gone if not {e[0], e[1]} & surplus}
    fresh = {
        (int(ids[after.down[at]]), int(ids[after.up[at]]), after.pairs[after.code[at]])
        for at in change.fresh.tolist()
    }
    assert not kept & fresh
    assert kept | fresh == edges(held_as(after, ids))
    names = dict(zip(held.ids.tolist(), (n for part in held.names for n in part), strict=True))
    stays = {name for one, name in names.items() if one not in surplus}
    assert stays <= {name for part in after.names for name in part}


@settings(max_examples=30, deadline=None, derandomize=True)
@given(made=estates())
def test_nothing_has_to_be_written_twice(made: Estate) -> None:
    one = form(made, len(made.pushes))
    assert delta(held_as(one, ids_of(one, 7)), one).rows == 0
    assert delta(NOTHING, one).rows == one.projection.nodes + len(one.down)
    again = form(made, len(made.pushes))
    assert again.digest == one.digest
    other = form(made, 1)
    assert (other.digest == one.digest) == (delta(held_as(other, ids_of(other, 0)), one).rows == 0)


def test_an_edge_that_stands_there_twice_is_made_anew() -> None:
    from tests.strategies.estates import estate

    one = form(estate(3), 2)
    held = held_as(one, ids_of(one, 0))
    twice = Held(
        names=held.names,
        marks=held.marks,
        ids=held.ids,
        down=np.append(held.down, held.down[:1]),
        up=np.append(held.up, held.up[:1]),
        pair=np.append(held.pair, held.pair[:1]),
        pairs=held.pairs,
    )
    change = delta(twice, one)
    assert change.fresh.tolist() == [0]
    assert len(change.gone[0]) == 2


@pytest.mark.parametrize("first", [0, 10**9])
def test_ids_lead_back_to_numbers(first: int) -> None:
    """Ids that lie close are looked up in a table, far ones are searched."""
    ids = np.random.default_rng(1).permutation(50) * 3 + first
    numbers = Numbers(ids)
    assert numbers.of(ids).tolist() == list(range(50))
    assert numbers.of(np.array([first + 1, first + 10**6])).tolist() == [-1, -1]
    assert Numbers(ids[:0]).of(np.array([1, 2])).tolist() == [-1, -1]


def test_names_in_statements_are_quoted() -> None:
    text = statement("create_nodes", (), ("Component", "O`dd"))
    assert "`Component`:`O``dd`" in text
    assert not any(line.startswith("//") for line in text.splitlines())
