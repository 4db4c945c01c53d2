"""The differences between two sides: two views, or two assemblies of one view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lineage.model.identity import Key, identify
from lineage.record.view import Assembly, View
from queries.around import components, said, same_keys
from queries.changed import Changed, Half, changed, order, version_text
from queries.inside import Room, inside, members_of
from queries.pairing import Pair, paired


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What stands on one side: assemblies (all of a view, or some), and the view itself."""

    view: View
    assemblies: Mapping[Key, Assembly]

    def room(self, key: Key) -> Room:
        """One of its assemblies."""
        return Room(assembly=self.assemblies[key], view=self.view)


def between(before: Side, after: Side) -> tuple[Changed, ...]:
    """All differences of two views; assemblies are opposite their like, then other versions."""
    pairing = paired(before.assemblies, after.assemblies)
    rows = [_place("removed", before.room(key), None) for key in pairing.before]
    rows += [_place("added", None, after.room(key)) for key in pairing.after]
    for key in pairing.before:
        rows += members_of(before.room(key), "removed")
    for key in pairing.after:
        rows += members_of(after.room(key), "added")
    found, moved = _assemblies(before, after, pairing.pairs())
    rows += found
    covered = set(pairing.before) | set(pairing.after)
    covered |= {key for pair in pairing.moved for key in pair}
    for side in (before, after):
        for assembly in side.assemblies.values():
            covered.update(assembly.content.members)
    more, others = components(before.view, after.view, covered)
    rows += more
    pairs = [(key, key) for key in sorted(same_keys(before.view, after.view))]
    rows += said(before.view, after.view, [*pairs, *pairing.moved, *moved, *others])
    return tuple(sorted(dict.fromkeys(rows), key=order))


def opposite(before: Side, after: Side, one: Key, other: Key) -> tuple[Changed, ...]:
    """The differences of two assemblies, whatever they are called."""
    rows, moved = _assemblies(before, after, [(one, other)])
    pairs = [] if one == other else [(one, other)]
    rows += said(before.view, after.view, [*pairs, *moved])
    return tuple(sorted(dict.fromkeys(rows), key=order))


def _assemblies(
    before: Side, after: Side, pairs: list[Pair] | tuple[Pair, ...]
) -> tuple[list[Changed], list[Pair]]:
    rows: list[Changed] = []
    moved: dict[Pair, None] = {}
    for one, other in pairs:
        if one != other and identify(one).family == identify(other).family:
            rows.append(_place("version", before.room(one), after.room(other)))
        found, more = inside(before.room(one), after.room(other))
        rows += found
        moved |= dict.fromkeys(more)
    return rows, list(moved)


def _place(type: str, before: Room | None, after: Room | None) -> Changed:  # noqa: A002
    halves: list[Half | None] = []
    for room in (before, after):
        if room is None:
            halves.append(None)
        else:
            key = room.assembly.key
            halves.append(room.half(key, version_text(key, room.view)))
    return changed(type, "assembly", *halves)
