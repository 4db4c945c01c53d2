"""The engine whose graph is in a Neo4j database, for those who want Cypher or outgrow a process."""

from __future__ import annotations

from collections.abc import Mapping

from lineage.errors import SettingInvalidError
from lineage.graph.engine import Engine
from lineage.graph.engines.neo4j.address import Address
from lineage.graph.engines.neo4j.engine import Neo4jEngine
from lineage.record.view import Views

__all__ = ["ENGINE", "Neo4jEngine", "configured"]

ENGINE = Neo4jEngine

AWAY = ("csr", "refuse")
"""What happens while the server is away: the engine in the process answers, or nobody does."""


def configured(views: Views, *, aside: Engine, given: Mapping[str, str]) -> Neo4jEngine:
    """The engine that settings name (see ``Address.of``, and ``neo4j_away``).

    SettingInvalidError for one that cannot be used; the server is not asked yet.
    """
    away = given.get("neo4j_away") or AWAY[0]
    if away not in AWAY:
        reason = f"'{away}' is neither of {', '.join(AWAY)}"
        raise SettingInvalidError(name="LINEAGE_NEO4J_AWAY", reason=reason)
    return Neo4jEngine(views, address=Address.of(given), aside=aside, stand_in=away == AWAY[0])
