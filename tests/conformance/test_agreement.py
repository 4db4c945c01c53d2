"""Every engine gives the judge's answers on random estates, and the estates are hard enough."""

from __future__ import annotations

import pytest

from tests.conformance.agreement import Tally, compare
from tests.conformance.discovery import EXAMINED, share
from tests.strategies.coverage import FEATURES, SHARE

IN_CHECK = 2_000
IN_LONG = 10_000
ENOUGH = 100
"""So many estates have to contain everything that makes an engine wrong."""


def examine(name: str, seeds: range, tallies: dict[str, Tally]) -> None:
    tally = tallies.setdefault(name, Tally())
    for seed in seeds:
        compare(EXAMINED[name], seed, tally)
        assert len(tally.differences) < 5, "\n".join(tally.differences)
    assert not tally.differences, "\n".join(tally.differences)
    if tally.cases < ENOUGH:
        return
    rare = {one: tally.seen[one] for one in FEATURES if tally.seen[one] < SHARE * tally.cases}
    assert not rare, f"of {tally.cases} estates too few contain: {rare}"


@pytest.mark.parametrize("name", EXAMINED)
def test_agrees_on_random_estates(name: str, tallies: dict[str, Tally]) -> None:
    examine(name, range(share(name, IN_CHECK)), tallies)


@pytest.mark.long
@pytest.mark.timeout(0)
@pytest.mark.parametrize("name", EXAMINED)
def test_agrees_on_many_random_estates(name: str, tallies: dict[str, Tally]) -> None:
    examine(name, range(IN_CHECK, IN_CHECK + IN_LONG), tallies)
