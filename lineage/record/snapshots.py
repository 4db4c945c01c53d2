"""Puts a tenant's living state and the public pack's together into one snapshot."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

from lineage.model.revision import Revision
from lineage.record.living import Bodies, Living, LivingStatements
from lineage.record.snapshot import LiveHolding, SlotState, Snapshot, StreamState
from lineage.record.stream import PUBLIC_PREFIX


def merged(
    tenant: str, revision: Revision, mine: Living, pack: Living | None, bodies: tuple[Bodies, ...]
) -> Snapshot:
    """One snapshot; public streams stand in it as ``public:NAME`` with the pack's precedence."""
    holdings = list(chain.from_iterable(mine.holdings.values()))
    slots = {(state.stream, state.slot): state for state in mine.slots.values()}
    streams = dict(mine.streams)
    if pack is not None:
        holdings += [_public(held) for held in chain.from_iterable(pack.holdings.values())]
        for state in pack.slots.values():
            shown = _public_slot(state)
            slots[(shown.stream, shown.slot)] = shown
        for stream in pack.streams.values():
            name = PUBLIC_PREFIX + stream.name
            streams[name] = StreamState(name=name)
    living = tuple(holdings)
    return Snapshot(
        tenant=tenant,
        revision=revision,
        pack_revision=pack.revision if pack is not None else revision.number,
        holdings=living,
        slots=slots,
        streams=streams,
        statements=LivingStatements(bodies, living),
    )


def _public(held: LiveHolding) -> LiveHolding:
    return replace(held, stream=PUBLIC_PREFIX + held.stream)


def _public_slot(state: SlotState) -> SlotState:
    return replace(state, stream=PUBLIC_PREFIX + state.stream, precedence="public-pack")
