"""What a component's row takes from the rest of the view: who holds it, what leans on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from lineage.model.identity import Key
from lineage.record.view import Assembly, Node, View, WorldEdge

ESTATE, KNOWLEDGE = "estate", "knowledge"
_PACKS = frozenset({"tenant-pack", "public-pack"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How often each component is held and leaned on; ``ends`` are those that the estate ties."""

    held: dict[Key, int]
    leaned: dict[Key, int]
    ends: frozenset[Key]


def standing_of(view: View) -> Standing:
    """The standing of every component of a view."""
    held: Counter[Key] = Counter()
    for assembly in view.assemblies.values():
        held.update(assembly.content.members.keys())
    leaned, ends = _ties(view)
    return Standing(held=dict(held), leaned=leaned, ends=ends)


def moved_standing(standing: Standing, old: View, new: View) -> tuple[Standing, set[Key]]:
    """The standing in a later view, and the components of which it is another."""
    touched: set[Key] = set()
    held = standing.held
    gone, came = _turned(old, new)
    if gone or came:
        held = dict(held)
        for assemblies, step in ((gone, -1), (came, 1)):
            for one in assemblies:
                touched.add(one.key)
                for member in one.content.members:
                    held[member] = held.get(member, 0) + step
        touched.update(key for one in (*gone, *came) for key in one.content.members)
        for key in touched:
            if not held.get(key, 1):
                del held[key]
    if old.edges is new.edges:
        return Standing(held=held, leaned=standing.leaned, ends=standing.ends), touched
    leaned, ends = _ties(new)
    touched |= ends ^ standing.ends
    touched.update(key for key, _ in leaned.items() ^ standing.leaned.items())
    return Standing(held=held, leaned=leaned, ends=ends), touched


def _turned(old: View, new: View) -> tuple[list[Assembly], list[Assembly]]:
    """Assemblies as they were and as they are, where their contents are others."""
    gone, came = [], []
    if old.assemblies is not new.assemblies:
        for key, one in old.assemblies.items():
            other = new.assemblies.get(key)
            if other is None:
                gone.append(one)
            elif other is not one and other.content.members.keys() != one.content.members.keys():
                gone.append(one)
                came.append(other)
        came += [one for key, one in new.assemblies.items() if key not in old.assemblies]
    return gone, came


def _ties(view: View) -> tuple[dict[Key, int], frozenset[Key]]:
    leaned: Counter[Key] = Counter()
    ends: set[Key] = set()
    for edge in view.edges:
        leaned[edge.upstream] += 1
        if not ends.issuperset((edge.downstream, edge.upstream)) and ours(edge, view):
            ends.update((edge.downstream, edge.upstream))
    return dict(leaned), frozenset(ends)


def ours(edge: WorldEdge, view: View) -> bool:
    """Whether anybody but a knowledge pack says so."""
    return _estate(edge.statements, view)


def _estate(statements: Iterable[int], view: View) -> bool:
    return any(
        source.precedence not in _PACKS
        for statement in statements
        for source in view.sources.get(statement, ())
    )


def known_by(key: Key, node: Node | None, view: View, standing: Standing) -> str:
    """``estate``, or ``knowledge`` where only a knowledge pack speaks of it."""
    if node is not None and node.stated_by is not None and node.stated_by not in _PACKS:
        return ESTATE
    if key in standing.held or key in standing.ends or key in view.assemblies:
        return ESTATE
    values = view.values.get(key, ())
    return ESTATE if _estate((value.statement for value in values), view) else KNOWLEDGE
