"""Which engine answers: the one that the settings name, with what it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.settings import Settings
from lineage.opening import EngineType, engine_type
from lineage.record.view import Views

if TYPE_CHECKING:
    from lineage.graph.engines.neo4j import Neo4jEngine


def chosen_engine(settings: Settings) -> EngineType:
    """What makes the engine of these settings; SettingInvalidError."""
    if settings.engine == "neo4j":
        return lambda views: neo4j_engine(settings, views)
    return engine_type(settings.engine)


def neo4j_engine(settings: Settings, views: Views) -> Neo4jEngine:
    """The engine over the Neo4j of these settings, whatever engine they name."""
    from lineage.graph.engines.csr import CsrEngine
    from lineage.graph.engines.neo4j import Neo4jEngine
    from lineage.graph.engines.neo4j.address import Address

    return Neo4jEngine(
        views,
        address=Address(
            url=settings.neo4j_url,
            user=settings.neo4j_user,
            password=settings.neo4j_secret,
            database=settings.neo4j_database,
            space=settings.neo4j_space,
            patience=settings.neo4j_patience,
        ),
        aside=CsrEngine(views),
        stand_in=settings.neo4j_away == "csr",
    )
