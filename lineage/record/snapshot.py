"""What is alive at one revision, as the record holds it: the only input of the view.

The store fills it from SQL; tests make it by hand. Nothing here is merged or judged yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import overload

import numpy as np
import numpy.typing as npt

from lineage.model.claim import Statement
from lineage.model.identity import Key
from lineage.model.revision import Revision

SlotName = tuple[str, str]
"""The names of a stream and of a slot in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamState:
    """A stream at the revision. ``branch`` None: it has none, and counts.

    With a branch it counts only where ``default`` is True (design section 4, What counts).
    """

    name: str
    branch: str | None = None
    default: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotState:
    """A slot at the revision, with what its newest submission said.

    ``latest`` is that submission's mark (True, False, or None for not said); ``marked_at`` the
    revision of the submission. ``subject`` is the assembly that the slot's document describes.
    ``expires`` is the last day on which an attestation counts (None: it never ends).
    """

    stream: str
    slot: str
    subject: Key | None
    revision: int
    latest: bool | None = None
    precedence: str = "document"
    format: str = ""
    expires: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveHolding:
    """An open holding: what one slot says about one assembly (None: about the world).

    ``statements`` are sorted ids; ``digest`` addresses the set, so that equal sets are one object.
    ``revision`` opened it, by ``submission`` of ``principal``; who sent the same again did not.
    """

    stream: str
    slot: str
    assembly: Key | None
    digest: bytes
    statements: npt.NDArray[np.int64]
    revision: int
    principal: str = ""
    submission: str = ""


class Holdings(Sequence[LiveHolding]):
    """The holdings of slots, in the order of the slots' names; put together when looked through."""

    def __init__(self, by_slot: Mapping[SlotName, tuple[LiveHolding, ...]]) -> None:
        self.by_slot = by_slot
        self._all: tuple[LiveHolding, ...] | None = None

    @overload
    def __getitem__(self, at: int) -> LiveHolding: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[LiveHolding, ...]: ...

    def __getitem__(self, at: int | slice) -> LiveHolding | tuple[LiveHolding, ...]:
        return self._whole()[at]

    def __len__(self) -> int:
        return len(self._whole())

    def __iter__(self) -> Iterator[LiveHolding]:
        return iter(self._whole())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._whole() == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    def _whole(self) -> tuple[LiveHolding, ...]:
        if self._all is None:
            self._all = tuple(chain.from_iterable(self.by_slot.values()))
        return self._all


def by_slot(holdings: Sequence[LiveHolding]) -> Mapping[SlotName, tuple[LiveHolding, ...]]:
    """The holdings of each slot that has any."""
    if isinstance(holdings, Holdings):
        return holdings.by_slot
    found: dict[SlotName, list[LiveHolding]] = {}
    for one in holdings:
        found.setdefault((one.stream, one.slot), []).append(one)
    return {name: tuple(held) for name, held in found.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything that is alive for one tenant at one revision, public streams included."""

    tenant: str
    revision: Revision
    pack_revision: int
    holdings: Sequence[LiveHolding]
    slots: Mapping[SlotName, SlotState]
    streams: Mapping[str, StreamState]
    statements: Mapping[int, Statement] = field(default_factory=dict)
