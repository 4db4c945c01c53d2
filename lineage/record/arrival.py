"""An item of the inbox on its way: as it arrives, as people see it, in a worker's hands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lineage.record.audit import Deed, deed_of

NO_NEWS = "UNCHANGED"
"""The code of an item that is done and was no news."""

DEED = "deed"
"""Where a deed stands among what is told of an item."""

INTERACTIVE, BULK, AWAY = range(3)
"""Who waits behind whom: AWAY asks other machines, and has hands of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Something to be accepted. ``told`` is what goes with the bytes, as plain values.

    ``bulk`` items wait behind the others of the whole inbox; ``away`` items ask other machines,
    and nobody waits behind them. ``key`` is the sender's idempotency
    key, None without one; ``fingerprint`` tells two requests under one key apart. With ``renews``
    the key names what the arrival is about instead, and its newest arrival holds it: the same
    content is worked off again under the id it had, other content takes the key over. ``deed`` is
    whose it is: its row of the trail is written with what comes of it.
    """

    tenant: str
    lane: str
    kind: str
    content: bytes
    told: Mapping[str, Any]
    bulk: bool = False
    away: bool = False
    key: str | None = None
    fingerprint: bytes = b""
    renews: bool = False
    deed: Deed | None = None

    @property
    def pace(self) -> int:
        """INTERACTIVE, BULK or AWAY."""
        return AWAY if self.away else BULK if self.bulk else INTERACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An item as people see it. ``result`` is the id of the receipt, once it is done."""

    id: str
    tenant: str
    lane: str
    kind: str
    state: str
    bulk: bool
    accepted: datetime
    due: datetime
    attempts: int
    told: Mapping[str, Any]
    size: int
    result: str | None
    code: str | None
    error: str | None
    revision: int | None
    finished: datetime | None

    def deed(self) -> Deed | None:
        """Whose it is; None where nobody said so."""
        return deed_of(self.told.get(DEED))

    @property
    def unchanged(self) -> bool:
        """Whether it is done and was no news."""
        return self.state == "done" and self.code == NO_NEWS


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item in a worker's hands."""

    place: Place
    content: bytes
    worker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What came of an arrival; ``again`` where it was there already, under its key."""

    place: Place
    again: bool = False
