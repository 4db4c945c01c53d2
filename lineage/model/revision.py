"""Positions in a record: a dense number per tenant, and the chained digest that proves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Scope(StrEnum):
    """What a question takes: what counts (DEFAULT), or the archived assemblies too (ALL)."""

    DEFAULT = "default"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One accepted document. ``chain`` is the hex digest over predecessor and submission."""

    number: int
    chain: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """Which view a question sees: a tenant at a revision (None: newest), a scope, a stream.

    ``stream`` names one stream whose claims stand in place of the default branch's.
    ``archived`` names assemblies that the question takes although they are archived.
    """

    tenant: str = "default"
    revision: int | None = None
    scope: Scope = Scope.DEFAULT
    stream: str | None = None
    archived: frozenset[str] = frozenset()
