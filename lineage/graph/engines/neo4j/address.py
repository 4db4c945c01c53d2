"""Where a Neo4j is, and which graphs in it are ours."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from lineage.errors import SettingInvalidError

SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A database in a Neo4j server.

    ``space`` sets the graphs of several installations apart that share one database: it stands
    before the tenant's name. ``patience`` is how many seconds a connection may take. Without a
    ``user`` no credentials are sent.
    """

    url: str
    user: str = ""
    password: str = ""
    database: str = "neo4j"
    space: str = ""
    patience: float = 5.0

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in SCHEMES or not parts.hostname:
            reason = f"say {SCHEMES[0]}://HOST:PORT (or one of {', '.join(SCHEMES[1:])})"
            raise SettingInvalidError(name="LINEAGE_NEO4J_URL", reason=reason)
        if parts.username is not None or parts.password is not None:
            reason = (
                "credentials do not belong there: LINEAGE_NEO4J_USER and ..._PASSWORD take them"
            )
            raise SettingInvalidError(name="LINEAGE_NEO4J_URL", reason=reason)

    def graph(self, tenant: str) -> str:
        """What the nodes of a tenant's graph carry in their property ``tenant``."""
        return f"{self.space}/{tenant}" if self.space else tenant
