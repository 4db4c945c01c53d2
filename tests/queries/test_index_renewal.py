"""Look-up tables that were carried forward with their view are those that are made anew."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.model.revision import Scope
from lineage.record.build import build
from lineage.record.renewal import Renewal
from lineage.record.view import View
from queries.index import Index, built, renewed
from queries.kept import PerView
from tests.laws.test_view_renewal import pushed
from tests.strategies.estates import Estate, estates


def told(found: Index) -> tuple[object, ...]:
    tables = (found.names, found.families, found.upstream, found.downstream, found.holding,
              found.assemblies)  # fmt: skip
    return tuple(dict(table) for table in tables)


def views_of(estate: Estate, first: int, scope: Scope) -> list[View]:
    """The views of an estate from a revision on, each carried forward where it can be."""
    at = estate.snapshot(first)
    made = build(at, scope=scope)
    renewal, views = Renewal(made, at), [made.view]
    for number in range(first + 1, len(estate.pushes) + 1):
        at = estate.snapshot(number)
        view = renewal.view(at)
        if view is None:
            made = build(at, scope=scope)
            renewal, view = Renewal(made, at), made.view
        views.append(view)
    return views


def test_tables_that_are_carried_forward_are_those_made_anew() -> None:
    outcomes: Counter[str] = Counter()

    def counted(view: View) -> Index:
        outcomes["made anew"] += 1
        return built(view)

    @settings(max_examples=80, deadline=None, derandomize=True)
    @given(estates(), st.integers(0, 2**32), st.sampled_from(list(Scope)))
    def law(estate: Estate, seed: int, scope: Scope) -> None:
        rng = random.Random(seed)
        kept = PerView(counted, renewed)
        for view in views_of(pushed(rng, estate, 6), rng.randint(1, len(estate.pushes)), scope):
            if rng.random() < 0.8:  # nobody may ask at a revision in between
                assert told(kept.of(view)) == told(built(view))
                outcomes["asked"] += 1

    law()
    assert outcomes["asked"] > outcomes["made anew"] + 60, outcomes
