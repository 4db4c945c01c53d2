"""Where a Neo4j is, and which graphs in it are ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from lineage.errors import SettingInvalidError

SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
DATABASE = "neo4j"
PATIENCE = 5.0


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
    database: str = DATABASE
    space: str = ""
    patience: float = PATIENCE

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

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Self:
        """The address that settings name (``neo4j_url`` and the like); an empty one is not given.

        ``neo4j_password_file`` is a file whose first line is the password. SettingInvalidError.
        """
        file = given.get("neo4j_password_file")
        return cls(
            url=given.get("neo4j_url", ""),
            user=given.get("neo4j_user", ""),
            password=_first_line(Path(file)) if file else given.get("neo4j_password", ""),
            database=given.get("neo4j_database") or DATABASE,
            space=given.get("neo4j_space", ""),
            patience=_seconds(given.get("neo4j_patience") or str(PATIENCE)),
        )

    def graph(self, tenant: str) -> str:
        """What the nodes of a tenant's graph carry in their property ``tenant``."""
        return f"{self.space}/{tenant}" if self.space else tenant


def _first_line(file: Path) -> str:
    try:
        return file.read_text().partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = f"the file cannot be read ({type(error).__name__})"
        raise SettingInvalidError(name="LINEAGE_NEO4J_PASSWORD_FILE", reason=reason) from None


def _seconds(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found <= 60:
        raise SettingInvalidError(
            name="LINEAGE_NEO4J_PATIENCE", reason=f"'{text}' is no number of seconds up to 60"
        )
    return found
