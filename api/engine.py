"""Which engine answers: the one that the settings name, with what it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import SecretStr

from api.settings import Settings
from lineage import opening
from lineage.record.view import Views

if TYPE_CHECKING:
    from lineage.graph.engines.neo4j import Neo4jEngine


def chosen_engine(settings: Settings) -> opening.EngineType:
    """What makes the engine of these settings; SettingInvalidError."""
    return opening.engine_type(settings.engine, _told(settings))


def neo4j_engine(settings: Settings, views: Views) -> Neo4jEngine:
    """The engine over the Neo4j of these settings, whatever engine they name."""
    from lineage.graph.engines.neo4j import configured

    aside = opening.engine_type(opening.ENGINE)(views)
    return configured(views, aside=aside, given=_told(settings))


def _told(settings: Settings) -> dict[str, str]:
    """Every setting by name, as text; those that nobody gave are empty."""
    values = {name: getattr(settings, name) for name in Settings.model_fields}
    return {
        name: value.get_secret_value() if isinstance(value, SecretStr) else str(value or "")
        for name, value in values.items()
    }
