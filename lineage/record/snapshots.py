"""Puts a tenant's living state and the public pack's together into one snapshot."""

from __future__ import annotations

from dataclasses import replace

from lineage.model.revision import Revision
from lineage.record.layered import Joined, Layered
from lineage.record.living import Bodies, Living, LivingStatements
from lineage.record.snapshot import (
    Holdings,
    LiveHolding,
    SlotName,
    SlotState,
    Snapshot,
    StreamState,
)
from lineage.record.stream import PUBLIC_PREFIX


def merged(
    tenant: str, revision: Revision, mine: Living, pack: Living | None, bodies: tuple[Bodies, ...]
) -> Snapshot:
    """One snapshot, which shares what it has with those before; ``pack`` is as ``Packs`` shows it.

    Names of public streams cannot be taken by anybody else, so that the two never meet.
    """
    public = pack or Living(0)
    living = Holdings(Joined(mine.holdings, public.holdings))
    return Snapshot(
        tenant=tenant,
        revision=revision,
        pack_revision=pack.revision if pack is not None else revision.number,
        holdings=living,
        slots=Joined(mine.slots, public.slots),
        streams=Joined(mine.streams, public.streams),
        statements=LivingStatements(bodies, living),
    )


class Packs:
    """The public pack as tenants see it: its streams are ``public:NAME``, with its precedence.

    The last one is kept, so that snapshots share it. Safe to share between threads.
    """

    def __init__(self) -> None:
        self._last: tuple[Living, Living] | None = None

    def shown(self, pack: Living) -> Living:
        """The living state of the public tenant as it stands in everybody's snapshots."""
        last = self._last
        if last is None or last[0] is not pack:
            last = self._last = (pack, _shown(pack))
        return last[1]


def _shown(pack: Living) -> Living:
    return Living(
        pack.revision,
        Layered({_place(place): _slot(state) for place, state in pack.slots.items()}),
        Layered(
            {
                _place(place): tuple(_holding(one) for one in held)
                for place, held in pack.holdings.items()
            }
        ),
        Layered({_name(name): StreamState(name=_name(name)) for name in pack.streams}),
    )


def _name(stream: str) -> str:
    return PUBLIC_PREFIX + stream


def _place(place: SlotName) -> SlotName:
    return (_name(place[0]), place[1])


def _slot(state: SlotState) -> SlotState:
    return replace(state, stream=_name(state.stream), precedence="public-pack")


def _holding(held: LiveHolding) -> LiveHolding:
    return replace(held, stream=_name(held.stream))
