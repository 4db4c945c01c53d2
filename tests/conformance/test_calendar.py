"""The newest Neo4j by the calendar answers as the one that is supported for long."""

from __future__ import annotations

from functools import partial

import pytest

from lineage.graph.engines.neo4j.connection import Connection
from tests.conformance.agreement import Tally, compare
from tests.services.neo4j import CALENDAR, address_of, neo4j_child
from tests.services.running import engine_on

ESTATES = 60


@pytest.mark.long
@pytest.mark.timeout(0)
def test_agrees_on_random_estates(tallies: dict[str, Tally]) -> None:
    tally = tallies.setdefault(f"neo4j {CALENDAR}", Tally())
    with neo4j_child(CALENDAR) as child:
        connection = Connection(address_of(child.url))
        for seed in range(ESTATES):
            compare(partial(engine_on, child.url, connection), seed, tally)
            assert not tally.differences, "\n".join(tally.differences)
        connection.close()
    assert tally.cases == ESTATES
