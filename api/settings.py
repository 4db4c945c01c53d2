"""Settings: what an installation may choose, from ``LINEAGE_*`` variables or the command line.

A setting that cannot be used is an error that names it, never a silent default.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlsplit, urlunsplit

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from lineage.errors import SettingInvalidError

MEGABYTE = 1024 * 1024
STORES = (
    "*.githubusercontent.com",
    "*.blob.core.windows.net",
    "storage.googleapis.com",
    "*.gitlab-static.net",
)
"""Where the two public services keep what their APIs redirect to."""
_HOST = re.compile(r"(\*\.)?[A-Za-z0-9.:-]+")
_ORIGIN = re.compile(r"https?://(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:[0-9]+)?")


class Settings(BaseSettings):
    """One installation. Sizes are bytes, times seconds.

    ``db`` is an SQLAlchemy URL (``sqlite:///FILE`` or ``postgresql://...``); without one it is an
    SQLite file in the user's data directory; ``db_password`` goes into one that has none.
    ``namespace`` is what ``init`` gives to names
    without one. ``trusted_only`` answers published documents only, ``cors_origins`` are the origins
    (separated by spaces or commas) whose pages may ask. ``at_least_wait`` bounds how long a read
    waits for a revision, ``inbox_wait`` how long an upload waits for its receipt; the inbox holds
    ``inbox_items`` items or ``inbox_bytes`` packed bytes, whichever is reached first.
    ``dependency_track_latest`` are versions of uploaded projects that count without a mark.

    ``key_file`` has the key that secrets are sealed with. Hooks fetch from their own API and from
    ``hook_hosts``, from private addresses only inside ``hook_networks``; ``hook_timeout`` bounds
    one download, ``hook_patience`` how long a fetch is tried again.

    With ``engine`` neo4j: ``neo4j_url`` (``bolt://HOST:PORT``), ``neo4j_user`` and
    ``neo4j_password`` (or ``neo4j_password_file``, whose first line it is), the ``neo4j_database``,
    and ``neo4j_space``, which sets installations apart that share one. ``neo4j_away`` says what
    happens while the server is away: csr answers, or questions are refused; ``neo4j_patience``
    bounds how long a connection may take.
    """

    model_config = SettingsConfigDict(env_prefix="LINEAGE_", extra="ignore", frozen=True)

    db: str = ""
    db_password: SecretStr = SecretStr("")
    engine: str = "csr"
    namespace: str = "local"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    tenant: str = Field(default="default", min_length=1)
    max_document: int = Field(default=256 * MEGABYTE, ge=1)
    max_query: int = Field(default=256 * 1024, ge=1)
    max_query_tokens: int = Field(default=2_500, ge=1)
    max_query_depth: int = Field(default=24, ge=1)
    max_query_fields: int = Field(default=2_000, ge=1)
    max_query_aliases: int = Field(default=100, ge=0)
    max_query_cost: int = Field(default=2_000_000, ge=1)
    max_query_seconds: float = Field(default=30.0, gt=0, le=3600)
    trusted_only: bool = False
    cors_origins: str = ""
    max_page: int = Field(default=10_000, ge=1)
    require_token: bool = False
    audit: Literal["tokens", "writes", "all"] = "tokens"
    at_least_wait: float = Field(default=5.0, ge=0, le=60)
    inbox_items: int = Field(default=10_000, ge=1)
    inbox_bytes: int = Field(default=2048 * MEGABYTE, ge=1)
    inbox_wait: float = Field(default=20.0, ge=0, le=60)
    dependency_track_latest: str = "main master"
    key_file: Path | None = None
    hook_hosts: str = " ".join(STORES)
    hook_networks: str = ""
    hook_max_delivery: int = Field(default=25 * MEGABYTE, ge=1)
    hook_max_download: int = Field(default=256 * MEGABYTE, ge=1)
    hook_max_unpacked: int = Field(default=1024 * MEGABYTE, ge=1)
    hook_max_members: int = Field(default=20_000, ge=1)
    hook_timeout: float = Field(default=120.0, gt=0, le=3600)
    hook_patience: float = Field(default=86_400.0, ge=0)
    neo4j_url: str = ""
    neo4j_user: str = ""
    neo4j_password: SecretStr = SecretStr("")
    neo4j_password_file: Path | None = None
    neo4j_database: str = Field(default="neo4j", min_length=1)
    neo4j_space: str = ""
    neo4j_away: Literal["csr", "refuse"] = "csr"
    neo4j_patience: float = Field(default=5.0, gt=0, le=60)

    @property
    def origins(self) -> frozenset[str]:
        """The origins of ``cors_origins``: pages of these may ask from a browser."""
        return frozenset(self.cors_origins.replace(",", " ").split())

    @property
    def networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks of ``hook_networks``: fetches of hooks may reach these."""
        return tuple(map(ip_network, self.hook_networks.replace(",", " ").split()))

    @property
    def stores(self) -> tuple[str, ...]:
        """The hosts of ``hook_hosts``: fetches of hooks may be redirected there."""
        return tuple(self.hook_hosts.lower().replace(",", " ").split())

    @field_validator("db")
    @classmethod
    def _database(cls, text: str) -> str:
        if "://" in text:
            from lineage.record.session import database_url

            try:
                urlsplit(text)
                database_url(text)
            except SettingInvalidError as error:
                raise ValueError(error.data["reason"]) from None
            except ValueError:
                raise ValueError("not a database URL") from None
        return text

    @field_validator("hook_networks")
    @classmethod
    def _networks(cls, text: str) -> str:
        for one in text.replace(",", " ").split():
            ip_network(one)
        return text

    @field_validator("hook_hosts")
    @classmethod
    def _stores(cls, text: str) -> str:
        for one in text.replace(",", " ").split():
            if not _HOST.fullmatch(one):
                raise ValueError(f"'{one}' is no host such as store.example or *.store.example")
        return text

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
        if "://" not in self.db:
            return f"sqlite:///{Path(self.db)}"
        secret, parts = self.db_password.get_secret_value(), urlsplit(self.db)
        if not secret or not parts.username or parts.password:
            return self.db
        place = f"{parts.username}:{quote(secret, safe='')}@{parts.netloc.rpartition('@')[2]}"
        return urlunsplit(parts._replace(netloc=place))

    @property
    def file(self) -> Path | None:
        """The SQLite file of the database; None for a server."""
        head, _, tail = self.url.partition(":///")
        return Path(tail) if head.startswith("sqlite") and tail else None


def settings(**given: Any) -> Settings:
    """Settings of the environment, overridden by what is given and not None.

    ``LINEAGE_X_FILE`` names a file that has the value of ``LINEAGE_X``. Raises SettingInvalidError
    with the name of the setting.
    """
    told = {name: value for name, value in given.items() if value is not None}
    try:
        return Settings(**(_of_files(told) | told))
    except ValidationError as error:
        first = error.errors()[0]
        name = "LINEAGE_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingInvalidError(
            name=name, reason=str(first["msg"]).removeprefix("Value error, ")
        ) from None


def _of_files(told: Mapping[str, Any]) -> dict[str, str]:
    """Values that stand in files, of settings that nobody has given."""
    found = {}
    fields = Settings.model_fields
    for name in fields:
        variable = f"LINEAGE_{name.upper()}"
        place = os.environ.get(f"{variable}_FILE")
        if not place or name in told or f"{name}_file" in fields:
            continue
        if os.environ.get(variable):
            reason = f"{variable}_FILE is set as well: only one of them can hold"
            raise SettingInvalidError(name=variable, reason=reason)
        try:
            found[name] = Path(place).read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = f"the file cannot be read ({type(error).__name__})"
            raise SettingInvalidError(name=f"{variable}_FILE", reason=reason) from None
    return found
