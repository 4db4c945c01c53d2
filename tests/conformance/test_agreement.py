"""Every engine gives the judge's answers on random estates, and the estates are hard enough.

Directly, and as each database gives them back: the judge sees what was sent.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conformance.agreement import Tally
from tests.conformance.discovery import EXAMINED, SERVED, share
from tests.conformance.parts import Candidate, compared, compared_here
from tests.services.neo4j import neo4j_server
from tests.services.running import neo4j_url
from tests.strategies.coverage import FEATURES, SHARE

IN_CHECK = 2_000
THROUGH_DATABASE = 60
IN_LONG = 10_000
LONG_THROUGH_DATABASE = 1_000
ENOUGH = 100
"""So many estates have to contain everything that makes an engine wrong."""


def judged(tally: Tally) -> None:
    """No difference, and estates that are hard enough."""
    assert not tally.differences, "\n".join(tally.differences)
    if tally.cases < ENOUGH:
        return
    rare = {one: tally.seen[one] for one in FEATURES if tally.seen[one] < SHARE * tally.cases}
    assert not rare, f"of {tally.cases} estates too few contain: {rare}"


@pytest.mark.parametrize("name", EXAMINED)
def test_agrees_on_random_estates(
    name: str, database: str | None, tallies: dict[str, Tally], request: pytest.FixtureRequest
) -> None:
    number = share(name, IN_CHECK if database is None else THROUGH_DATABASE)
    server = neo4j_url() if name in SERVED else None
    tally = compared_here(Candidate(name=name, server=server, database=database), range(number))
    tallies[request.node.callspec.id] = tally
    assert tally.cases == number or tally.differences
    judged(tally)


@pytest.fixture(scope="module", params=EXAMINED)
def lasting(request: pytest.FixtureRequest) -> Iterator[tuple[str, str | None]]:
    """Each engine with a server that is made for many questions, where it needs one."""
    if request.param not in SERVED:
        yield request.param, None
        return
    with neo4j_server(long_lived=True) as url:
        yield request.param, url


@pytest.mark.long
@pytest.mark.timeout(0)
def test_agrees_on_many_random_estates(
    lasting: tuple[str, str | None],
    database: str | None,
    tallies: dict[str, Tally],
    request: pytest.FixtureRequest,
) -> None:
    name, server = lasting
    number = IN_LONG if database is None else LONG_THROUGH_DATABASE
    seeds = range(IN_CHECK, IN_CHECK + number)
    tally = compared(Candidate(name=name, server=server, database=database), seeds)
    tallies[request.node.callspec.id] = tally
    assert tally.cases == number or tally.differences
    judged(tally)
