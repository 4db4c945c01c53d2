"""Taints on random estates, on both engines, against a naive walk."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.verdict.taint import Taint
from tests.strategies.estates import Estate, estate, estates
from tests.verdict.invented import ENGINES
from tests.verdict.naive_taint import naive

CHANGES = ("retract", "relicense", "vulnerable", "end_of_life")


def agree(drawn: Estate, change: str, engine: str, pick: int) -> Counter[str]:
    """Both ways on one estate; how many places each verdict has."""
    views = drawn.views
    view = views.view(At())
    keys = sorted(view.nodes)
    if not keys:
        return Counter()
    subject = Key(keys[pick % len(keys)])
    taint = Taint(view, ENGINES[engine](views), At(revision=view.revision.number), change)
    taint.spread([subject])
    exposed, noticed = naive(view, change, {subject})
    ours = {place for place in taint.exposed if place[1] is None or place[0] != subject}
    theirs = {place for place in exposed if place[1] is None or place[0] != subject}
    assert ours == theirs, (drawn.seed, subject)
    noted = set(taint.noticed)
    assert noted == noticed, (drawn.seed, subject)
    return Counter(exposed=len(ours) - 1, noticed=len(noted))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(estates(), st.sampled_from(CHANGES), st.sampled_from(sorted(ENGINES)), st.integers(0, 40))
def test_taints_are_what_a_naive_walk_says(
    drawn: Estate, change: str, engine: str, pick: int
) -> None:
    agree(drawn, change, engine, pick)


def test_the_estates_are_worth_asking() -> None:
    total: Counter[str] = Counter()
    for seed in range(120):
        total += agree(estate(seed), CHANGES[seed % 3], "csr", seed)
    assert total["exposed"] > 100
    assert total["noticed"] > 30


@pytest.mark.long
def test_taints_on_two_thousand_estates() -> None:
    for seed in range(2000):
        for engine in ENGINES:
            agree(estate(seed), CHANGES[seed % 4], engine, seed)
