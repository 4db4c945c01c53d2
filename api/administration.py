"""What the commands of an administrator list: tenants, tokens, the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from api.security.secret import shown
from lineage.record.arrival import Place
from lineage.record.audit import Entry
from lineage.record.closing import NOTHING
from lineage.record.history import Kept
from lineage.record.hook import Hook
from lineage.record.store import Record
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


@dataclass(frozen=True, slots=True, kw_only=True)
class HookRow:
    """A hook without its secrets: only where they stand; ``until`` is when the one before ends."""

    id: str
    kind: str
    path: str
    stream: str
    files: str
    api: str
    secret: str
    before: str | None
    until: datetime | None
    credential: str | None
    made: datetime
    made_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HookList:
    """Hooks of a tenant, oldest first."""

    ROWS: ClassVar[str] = "hooks"

    hooks: tuple[HookRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HookMade:
    """A hook as it was made or changed: ``secret`` is its secret, where it was made for it.

    It is shown this once.
    """

    ROWS: ClassVar[str] = "hooks"

    hooks: tuple[HookRow, ...]


def hook_row(hook: Hook) -> HookRow:
    """A hook as it is listed."""
    return HookRow(
        id=hook.id, kind=hook.kind, path=f"/hooks/{hook.kind}/{hook.id}", stream=hook.stream,
        files=hook.files, api=hook.api, secret=shown(hook.secret),
        before=None if len(hook.secrets()) == 1 else shown(hook.before or ""), until=hook.until,
        credential=None if hook.credential is None else shown(hook.credential), made=hook.made,
        made_by=hook.made_by,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """An item of the inbox; see ``lineage.record.inbox.Place``."""

    id: str
    state: str
    kind: str
    stream: str
    accepted: datetime
    attempts: int
    size: int
    due: datetime | None
    code: str | None
    error: str | None
    revision: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxList:
    """Items of the inbox, and how many there are in each state."""

    ROWS: ClassVar[str] = "items"

    counts: dict[str, int]
    items: tuple[InboxRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRow:
    """A stream: its branch, whether it is the default one, and what it was told."""

    stream: str
    branch: str | None
    default: bool | None
    counts: bool
    slots: int
    open: int
    last_seen: datetime
    namespace: str | None
    lenient: bool | None
    retired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamList:
    """Streams by name."""

    ROWS: ClassVar[str] = "streams"

    streams: tuple[StreamRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotRow:
    """A slot: what it is about, its newest document and how often that was seen."""

    slot: str
    subject: str
    format: str
    revision: int
    latest: bool | None
    seen: int
    last_seen: datetime
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotList:
    """Slots of one stream, oldest document first."""

    ROWS: ClassVar[str] = "slots"

    slots: tuple[SlotRow, ...]


def inbox_row(place: Place) -> InboxRow:
    """The row of an item."""
    return InboxRow(
        id=place.id,
        state=place.state,
        kind=place.kind,
        stream=place.lane,
        accepted=place.accepted,
        attempts=place.attempts,
        size=place.size,
        due=place.due if place.state == "waiting" else None,
        code=place.code,
        error=place.error,
        revision=place.revision,
    )


def stream_rows(record: Record, tenant: str, head: str = "") -> tuple[StreamRow, ...]:
    """The streams whose names begin so, by name."""
    found: dict[str, list[Kept]] = {}
    for kept in record.history(tenant).newest(streams=head):
        found.setdefault(kept.stream, []).append(kept)
    rows = []
    for name, slots in sorted(found.items()):
        newest, options = slots[-1], record.stream_options(name, tenant)
        rows.append(
            StreamRow(
                stream=name,
                branch=newest.branch,
                default=newest.default,
                counts=newest.branch is None or bool(newest.default),
                slots=len(slots),
                open=sum(not one.closed and one.digest != NOTHING for one in slots),
                last_seen=max(one.last_seen for one in slots),
                namespace=options.namespace,
                lenient=options.lenient,
                retired=options.retired,
            )
        )
    return tuple(rows)


def slot_rows(record: Record, tenant: str, stream: str) -> tuple[SlotRow, ...]:
    """The slots of a stream."""
    return tuple(
        SlotRow(
            slot=one.slot,
            subject=one.subject,
            format=one.reader,
            revision=one.revision,
            latest=one.latest,
            seen=one.seen,
            last_seen=one.last_seen,
            open=not one.closed and one.digest != NOTHING,
        )
        for one in record.history(tenant).newest(streams=stream)
        if one.stream == stream
    )
