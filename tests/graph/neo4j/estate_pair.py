"""One estate on two engines: the one over Neo4j and the one in this process."""

from __future__ import annotations

from functools import cache
from itertools import count

from lineage.graph.engine import Engine
from lineage.graph.engines.csr import CsrEngine
from lineage.graph.engines.neo4j import Neo4jEngine
from lineage.graph.engines.neo4j.address import Address
from lineage.graph.engines.neo4j.form import form_of
from lineage.graph.projection.projector import Projector
from lineage.model.revision import At
from lineage.record.view import Views
from tests.services.running import fresh_address, shared_connection
from tests.strategies.estates import Estate, estate


@cache
def moving_estate() -> Estate:
    """An estate whose first three revisions all show something, each something else.

    Estates are drawn from the vocabulary: which seed is such a one changes with it.
    """
    return next(made for made in map(estate, count()) if _moves(made))


def _moves(made: Estate) -> bool:
    if len(made.pushes) < _REVISIONS:
        return False
    views = [made.views.view(At(revision=number + 1)) for number in range(_REVISIONS)]
    digests = {form_of(view, Projector().project(view)).digest for view in views}
    return len(digests) == _REVISIONS and all(len(view.nodes) > 1 for view in views)


_REVISIONS = 3


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
