"""Hooks: a sender that may tell this installation, by webhook, that there is something to fetch.

A row names its secrets (``env:NAME``, ``file:PATH``) or holds them sealed with a key that is not
in the record; what they are is known to who reads them (``api.security.secret``). While a secret
is being changed there are two, and deliveries made with either are believed.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from lineage.errors import HookInvalidError, HookUnknownError
from lineage.record.append import tenant_number
from lineage.record.audit import Deed, note
from lineage.record.receipt import moment
from lineage.record.session import Row, Session, Work

_COLUMNS = (
    "id, tenant_name, kind, stream, files, api, secret, secret_before, until, credential, made,"
    " made_by"
)
_QUERY = f"SELECT {_COLUMNS} FROM hook WHERE id = ?"  # noqa: S608 - names of our own
_LONGEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A hook. ``stream`` is a pattern (``*``: any letters) of the streams that it may write to.

    ``files`` is a pattern of the names (of release assets, of run or job artefacts) that it looks
    into; ``api`` the address below which it fetches. ``before`` is the secret that was in use
    before this one; it is believed until ``until``, None for as long as it stands there.
    """

    id: str
    tenant: str
    kind: str
    stream: str
    files: str
    api: str
    secret: str
    before: str | None
    until: datetime | None
    credential: str | None
    made: datetime
    made_by: str

    def secrets(self, now: datetime | None = None) -> tuple[str, ...]:
        """The secrets that are believed now, the one in use first."""
        if self.before is None or (self.until is not None and self.until <= (now or _today())):
            return (self.secret,)
        return self.secret, self.before


class Hooks:
    """The hooks of one database."""

    def __init__(self, session: Session, deed: Deed | None = None) -> None:
        """``deed`` is what changes are made by: each goes into the trail with it."""
        self._session = session
        self._deed = deed

    def add(
        self,
        *,
        number: str,
        tenant: str,
        kind: str,
        stream: str,
        api: str,
        secret: str,
        credential: str | None = None,
        files: str = "*",
        by: str = "",
    ) -> Hook:
        """A new hook under a number that ``new_number`` gave; HookInvalidError for odd patterns."""
        for name, text in (("stream", stream), ("files", files)):
            if not text.strip() or len(text) > _LONGEST or not text.isprintable():
                raise HookInvalidError(reason=f"'{text[:80]}' is no pattern of {name}")

        def step(work: Work) -> Hook:
            work.run(
                "INSERT INTO hook (tenant, tenant_name, id, kind, stream, files, api, secret,"
                " credential, made, made_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                tenant_number(work, tenant), tenant, number, kind, stream, files, api, secret,
                credential, time.time_ns() // 1000, by,
            )  # fmt: skip
            self._note(work, tenant, number)
            return _found(work, number)

        return self._session.write(step, tenant)

    def all(self, tenant: str) -> tuple[Hook, ...]:
        """The hooks of a tenant, oldest first."""
        with self._session.read(tenant) as work:
            rows = work.rows(
                f"SELECT {_COLUMNS} FROM hook WHERE tenant_name = ? ORDER BY made, id",  # noqa: S608
                tenant,
            )
        return tuple(_hook(row) for row in rows)

    def find(self, number: str) -> Hook:
        """The hook that a delivery names, whosever it is; HookUnknownError."""
        with self._session.read() as work:
            work.setting("lineage.hook", number)
            return _found(work, number)

    def of(self, number: str, tenant: str) -> Hook:
        """A hook of the tenant; HookUnknownError."""
        with self._session.read(tenant) as work:
            return _of(work, number, tenant)

    def rotate(self, number: str, tenant: str, *, secret: str, until: datetime | None) -> Hook:
        """Take another secret into use and believe the one before ``until`` then.

        A secret from before that one is believed no longer. HookUnknownError.
        """
        end = None if until is None else int(until.timestamp() * 1_000_000)
        return self._change(
            number, tenant, "secret_before = secret, secret = ?, until = ?", secret, end
        )

    def settle(self, number: str, tenant: str) -> Hook:
        """Believe the secret before no longer; HookUnknownError."""
        return self._change(number, tenant, "secret_before = NULL, until = NULL")

    def remove(self, number: str, tenant: str) -> Hook:
        """Forget a hook, with its secrets; the hook as it was. HookUnknownError."""

        def step(work: Work) -> Hook:
            gone = _of(work, number, tenant)
            work.run("DELETE FROM hook WHERE id = ? AND tenant_name = ?", number, tenant)
            self._note(work, tenant, number)
            return gone

        return self._session.write(step, tenant)

    def _change(self, number: str, tenant: str, change: str, *values: str | int | None) -> Hook:
        def step(work: Work) -> Hook:
            _of(work, number, tenant)
            work.run(
                f"UPDATE hook SET {change} WHERE id = ? AND tenant_name = ?",  # noqa: S608
                *values, number, tenant,
            )  # fmt: skip
            self._note(work, tenant, number)
            return _found(work, number)

        return self._session.write(step, tenant)

    def _note(self, work: Work, tenant: str, number: str) -> None:
        if self._deed is not None:
            note(work, self._deed.entry(tenant, about=number))


def new_number() -> str:
    """A number that nobody can guess; it stands in the address of the hook."""
    return secrets.token_hex(12)


def _of(work: Work, number: str, tenant: str) -> Hook:
    hook = _found(work, number)
    if hook.tenant != tenant:
        raise HookUnknownError(id=number)
    return hook


def _found(work: Work, number: str) -> Hook:
    row = work.one(_QUERY, number)
    if row is None:
        raise HookUnknownError(id=number)
    return _hook(row)


def _hook(row: Row) -> Hook:
    return Hook(
        id=row[0], tenant=row[1], kind=row[2], stream=row[3], files=row[4], api=row[5],
        secret=row[6], before=row[7], until=None if row[8] is None else moment(row[8]),
        credential=row[9], made=moment(row[10]), made_by=row[11],
    )  # fmt: skip


def _today() -> datetime:
    return datetime.now(UTC)
