"""One estate on two engines: the one over Neo4j and the one in this process."""

from __future__ import annotations

from lineage.graph.engine import Engine
from lineage.graph.engines.csr import CsrEngine
from lineage.graph.engines.neo4j import Neo4jEngine
from lineage.graph.engines.neo4j.address import Address
from lineage.model.revision import At
from lineage.record.view import Views
from tests.services.running import fresh_address, shared_connection


class Nobody:
    """An engine that nobody may ask: what stands aside where it must not be needed."""

    name = "nobody"

    def apply(self, at: At) -> object:
        raise AssertionError("the other engine was asked")

    reach = paths = subgraph = apply


def engine_over(
    views: Views, address: Address | None = None, *, aside: bool = True, stand_in: bool = False
) -> Neo4jEngine:
    """An engine on the run's server; without ``aside`` it has to answer everything itself."""
    beside: Engine = CsrEngine(views) if aside else Nobody()  # type: ignore[assignment]
    return Neo4jEngine(
        views,
        address=address or fresh_address(),
        aside=beside,
        stand_in=stand_in,
        connection=shared_connection(),
    )
