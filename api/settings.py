"""Settings: what an installation may choose, from ``LINEAGE_*`` variables or the command line.

A setting that cannot be used is an error that names it, never a silent default.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_data_path
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from lineage.errors import SettingInvalidError

MEGABYTE = 1024 * 1024
_ORIGIN = re.compile(r"https?://(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:[0-9]+)?")


class Settings(BaseSettings):
    """One installation. Sizes are bytes, times seconds.

    ``db`` is an SQLAlchemy URL (``sqlite:///FILE`` or ``postgresql://...``); without one it is an
    SQLite file in the user's data directory. ``namespace`` is what ``init`` gives to names
    without one. ``trusted_only`` answers published documents only, ``cors_origins`` are the origins
    (separated by spaces or commas) whose pages may ask. ``at_least_wait`` bounds how long a read
    waits for a revision.
    """

    model_config = SettingsConfigDict(env_prefix="LINEAGE_", extra="ignore", frozen=True)

    db: str = ""
    engine: str = "csr"
    namespace: str = "local"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    tenant: str = Field(default="default", min_length=1)
    max_document: int = Field(default=256 * MEGABYTE, ge=1)
    max_query: int = Field(default=256 * 1024, ge=1)
    max_query_tokens: int = Field(default=4_000, ge=1)
    max_query_depth: int = Field(default=24, ge=1)
    max_query_fields: int = Field(default=2_000, ge=1)
    max_query_aliases: int = Field(default=100, ge=0)
    max_query_cost: int = Field(default=2_000_000, ge=1)
    trusted_only: bool = False
    cors_origins: str = ""
    max_page: int = Field(default=10_000, ge=1)
    require_token: bool = False
    audit: Literal["tokens", "writes", "all"] = "tokens"
    at_least_wait: float = Field(default=5.0, ge=0, le=60)

    @property
    def origins(self) -> frozenset[str]:
        """The origins of ``cors_origins``: pages of these may ask from a browser."""
        return frozenset(self.cors_origins.replace(",", " ").split())

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, text: str) -> str:
        for one in text.replace(",", " ").split():
            if not _ORIGIN.fullmatch(one):
                raise ValueError(f"'{one}' is no origin such as https://dashboard.example")
        return text

    @property
    def url(self) -> str:
        """The database's URL; a plain path is an SQLite file."""
        if not self.db:
            return f"sqlite:///{user_data_path('lineage') / 'lineage.db'}"
        return self.db if "://" in self.db else f"sqlite:///{Path(self.db)}"

    @property
    def file(self) -> Path | None:
        """The SQLite file of the database; None for a server."""
        head, _, tail = self.url.partition(":///")
        return Path(tail) if head.startswith("sqlite") and tail else None


def settings(**given: Any) -> Settings:
    """Settings of the environment, overridden by what is given and not None.

    Raises SettingInvalidError with the name of the setting.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = "LINEAGE_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingInvalidError(name=name, reason=str(first["msg"])) from None
