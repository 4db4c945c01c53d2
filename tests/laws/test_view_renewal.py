"""A view that is carried forward equals the one that is made anew, whatever is pushed."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.model.claim import Component, Statement
from lineage.model.identity import Key, identify
from lineage.model.revision import Scope
from lineage.record.build import build, build_view
from lineage.record.renewal import Renewal
from tests.laws.test_view_laws import told
from tests.snapshots import edge, member, pointer, said
from tests.strategies.estates import PACKAGES, SUBJECTS, Estate, Push, estates

CASES = settings(max_examples=150, deadline=None, derandomize=True)


def edited(rng: random.Random, push: Push) -> Push:
    """The document again with a few statements more, fewer or other."""
    inside, world = list(push.inside), list(push.world)
    for _ in range(rng.randint(1, 3)):
        draw = rng.random()
        if draw < 0.3 and inside:
            inside.remove(rng.choice(inside))
        elif draw < 0.6:
            key = rng.choice(PACKAGES)
            inside.append(member(key, rng.choice(("direct", "unknown"))))
            inside.append(edge(rng.choice(PACKAGES), "depends_on", key))
        elif draw < 0.8:
            world.append(_about(rng))
        elif draw < 0.9 and world:
            world.remove(rng.choice(world))
        elif draw < 0.95:
            inside.append(said(rng.choice(PACKAGES), "dependencies", "none"))
        else:
            world.append(pointer(identify(rng.choice(SUBJECTS)).family, "stable", SUBJECTS[0]))
    return replace(push, inside=tuple(inside), world=tuple(world))


def _about(rng: random.Random) -> Statement:
    key = rng.choice([*PACKAGES, *SUBJECTS])
    draw = rng.random()
    if draw < 0.3:
        identity = identify(key)
        return Component(Key(key), identity.kind, identity.name, identity.version)
    if draw < 0.4:
        return said(key, "lifecycle", rng.choice(("deployed", "retired")))
    if draw < 0.5:
        return said(identify(key).family, "owner", "core")
    if draw < 0.55:
        return said(key, "alias", rng.choice(PACKAGES))
    if draw < 0.6:
        return edge(SUBJECTS[0], "calls", SUBJECTS[3])
    return said(key, "licence", rng.choice(("MIT", "ISC")))


def pushed(rng: random.Random, estate: Estate, times: int) -> Estate:
    """The estate and some more documents of slots that it has, each almost or just as before."""
    pushes = list(estate.pushes)
    newest = {(one.stream, one.slot): one for one in pushes}
    for _ in range(times):
        place = rng.choice(sorted(newest))
        draw = rng.random()
        if draw < 0.6:
            newest[place] = edited(rng, newest[place])
        elif draw < 0.8:
            newest[place] = replace(newest[place], latest=rng.choice((True, False, None)))
        pushes.append(newest[place])
    return replace(estate, pushes=tuple(pushes))


def follow(estate: Estate, first: int, scope: Scope, outcomes: Counter[str]) -> None:
    """Carry a view forward from a revision to the last, and compare it at each."""
    at = estate.snapshot(first)
    renewal = Renewal(build(at, scope=scope), at)
    seen = build_view(at, scope=scope)
    for number in range(first + 1, len(estate.pushes) + 1):
        at = estate.snapshot(number)
        view, last = renewal.view(at), seen
        outcomes["built" if view is None else "renewed"] += 1
        seen = view or build_view(at, scope=scope)
        if view is None:
            renewal = Renewal(build(at, scope=scope), at)
            continue
        whole = build_view(at, scope=scope)
        assert (told(view), view.expired) == (told(whole), whole.expired)
        if view.since is not None:
            outcomes["as before"] += 1
            assert view.settled == last.settled
            assert (told(view), view.expired) == (told(last), last.expired)
        elif told(view) == told(last):
            outcomes["looked at in vain"] += 1


def test_a_renewed_view_is_the_one_that_is_built() -> None:
    outcomes: Counter[str] = Counter()

    @CASES
    @given(estates(), st.integers(0, 2**32), st.sampled_from(list(Scope)))
    def law(estate: Estate, seed: int, scope: Scope) -> None:
        follow(pushed(random.Random(seed), estate, 6), len(estate.pushes), scope, outcomes)

    law()
    # A renewal that never happens would prove nothing.
    assert outcomes["renewed"] > 200, outcomes
    # Most views that say the same are known to.
    assert outcomes["as before"] > 100, outcomes
    assert outcomes["as before"] > 4 * outcomes["looked at in vain"], outcomes


def test_so_it_is_while_an_estate_grows() -> None:
    outcomes: Counter[str] = Counter()

    @CASES
    @given(estates(), st.sampled_from(list(Scope)))
    def law(estate: Estate, scope: Scope) -> None:
        follow(estate, 1, scope, outcomes)

    law()
    assert outcomes["renewed"] > 50, outcomes
