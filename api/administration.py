"""What the commands of an administrator list: tenants, tokens, the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from lineage.record.audit import Entry
from lineage.record.token import Token


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantRow:
    """A tenant, its newest revision (0 for none) and when that was."""

    name: str
    revision: int
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenancy:
    """Every tenant of the installation."""

    ROWS: ClassVar[str] = "tenants"

    tenants: tuple[TenantRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRow:
    """A token without its secret; ``state`` is valid, expired or revoked."""

    id: str
    name: str
    tenant: str
    rights: tuple[str, ...]
    streams: tuple[str, ...]
    state: str
    made: datetime
    made_by: str
    expires: datetime | None
    revoked: datetime | None
    revoked_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenList:
    """Tokens, oldest first."""

    ROWS: ClassVar[str] = "tokens"

    tokens: tuple[TokenRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One entry of the trail; see ``lineage.record.audit.Entry``."""

    at: datetime
    who: str
    token: str | None
    operation: str
    about: str
    cost: int | None
    result: str
    revision: int | None
    client: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditTrail:
    """A tenant's entries, oldest first."""

    ROWS: ClassVar[str] = "entries"

    tenant: str
    entries: tuple[AuditRow, ...]


def token_row(token: Token) -> TokenRow:
    """A token as it is listed."""
    return TokenRow(
        id=token.id, name=token.name, tenant=token.tenant,
        rights=tuple(right.value for right in token.rights), streams=token.streams,
        state=token.state(), made=token.made, made_by=token.made_by, expires=token.expires,
        revoked=token.revoked, revoked_by=token.revoked_by,
    )  # fmt: skip


def audit_row(entry: Entry) -> AuditRow:
    """An entry as it is listed."""
    return AuditRow(
        at=entry.at, who=entry.who, token=entry.token, operation=entry.operation,
        about=entry.about, cost=entry.cost, result=entry.result, revision=entry.revision,
        client=entry.client,
    )  # fmt: skip
