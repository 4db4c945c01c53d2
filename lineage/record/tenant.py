"""Tenants: estates that know nothing of each other, in one installation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from lineage.errors import TenantInvalidError, TenantUnknownError
from lineage.record.append import tenant_number
from lineage.record.audit import Deed, note
from lineage.record.receipt import moment
from lineage.record.session import Session, Work
from lineage.record.stream import PUBLIC_TENANT

# Made by the first write, so that an installation of one team needs no word about tenants.
DEFAULT_TENANT = "default"
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """One estate: its newest revision (0 for none) and when that was."""

    name: str
    revision: int
    at: datetime


class Tenants:
    """The tenants of one database."""

    def __init__(self, session: Session, deed: Deed | None = None) -> None:
        """``deed`` is what changes are made by: each goes into the trail with it."""
        self._session = session
        self._deed = deed

    def all(self) -> tuple[Tenant, ...]:
        """Every tenant but the public one, by name."""
        with self._session.read() as work:
            rows = sorted(work.rows("SELECT name, head, at FROM tenant"))
        return tuple(
            Tenant(name=name, revision=head, at=moment(at))
            for name, head, at in rows
            if name != PUBLIC_TENANT
        )

    def add(self, name: str) -> bool:
        """Make a tenant; False where it was there. TenantInvalidError."""
        _check(name)

        def step(work: Work) -> bool:
            there = work.one("SELECT 1 FROM tenant WHERE name = ?", name) is not None
            tenant_number(work, name)
            if self._deed is not None:
                note(work, self._deed.entry(name, about=name))
            return not there

        return self._session.write(step, name)

    def require(self, name: str) -> None:
        """TenantUnknownError for one that is not there; the default one may come to be.

        TenantInvalidError for what is no name, and for the public one: what stands there is
        everybody's.
        """
        if name == DEFAULT_TENANT:
            return
        _check(name)
        with self._session.read(name) as work:
            if work.one("SELECT 1 FROM tenant WHERE name = ?", name) is None:
                raise TenantUnknownError(name=name)


def _check(name: str) -> None:
    if name == PUBLIC_TENANT:
        raise TenantInvalidError(name=name, reason="that is everybody's own")
    if not _NAME.fullmatch(name):
        reason = "a name is 1 to 63 of a-z, 0-9, '.', '_', '-', and begins and ends with a-z0-9"
        raise TenantInvalidError(name=name[:80], reason=reason)
