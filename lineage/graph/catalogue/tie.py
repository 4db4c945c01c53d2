"""How answers of some rows come over to the rows that are tied to them: one of many is enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from lineage.graph.catalogue.axis import Axis, Link
from lineage.graph.catalogue.dictionary import Mask
from lineage.graph.catalogue.occurrence import COMPONENT, Occurrences
from lineage.graph.catalogue.truth import Truth

Ties = Mapping[str, tuple[Callable[[], Axis], Link]]

MEMBER_OF, CONTAINS, CARRIES, CARRIED_BY = "member_of", "contains", "carries", "carried_by"
UPSTREAM, DOWNSTREAM = "upstream", "downstream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """The relations to many of components and of assemblies."""

    components: Ties
    assemblies: Ties


def holding_links(
    components: Axis,
    assemblies: Axis,
    *,
    occurrences: Callable[[], Occurrences],
    carries: Callable[[], Axis],
    edges: Callable[[], Axis],
) -> Links:
    """Who holds what, who carries what, and who is at the other end of an edge.

    ``member_of`` an assembly; ``contains`` and ``carries`` a component: in its own resolved whole,
    or in anything that it carries; ``carried_by`` a service; ``upstream`` and ``downstream`` over
    one edge that holds everywhere. What ties is asked for when it is needed.
    """

    def members(held: Mask) -> Mask:
        inside = occurrences()
        slots = inside.resolution[held & (inside.resolution >= 0)]
        chosen = np.zeros(len(inside.begins) - 1, dtype=np.bool_)
        chosen[slots] = True
        at = np.repeat(chosen, np.diff(inside.begins))
        return _marked(components.size, inside.held.ends[COMPONENT].slots[at])

    def containing(members: Mask) -> Mask:
        inside = occurrences()
        slots = inside.held.ends[COMPONENT].slots
        there = _taken(members, slots)
        held = inside.counts(there) > 0
        found: Mask = (inside.resolution >= 0) & held.take(inside.resolution, mode="clip")
        return found if assemblies.alive is None else found & assemblies.alive

    def subjects(held: Mask) -> Mask:
        return _marked(components.size, assemblies.ends["subject"].slots[held])

    def carrying(members: Mask) -> Mask:
        axis = carries()
        chosen = _taken(containing(members), axis.ends["assembly"].slots)
        return _marked(components.size, axis.ends["service"].slots[chosen])

    def carried(services: Mask) -> Mask:
        axis = carries()
        chosen = _taken(services, axis.ends["service"].slots)
        return _marked(assemblies.size, axis.ends["assembly"].slots[chosen])

    def beside(near: str, far: str) -> Callable[[Mask], Mask]:
        def over(chosen: Mask) -> Mask:
            ends = edges().ends
            return _marked(components.size, ends[near].slots[_taken(chosen, ends[far].slots)])

        return over

    def of_components() -> Axis:
        return components

    def of_assemblies() -> Axis:
        return assemblies

    return Links(
        components={
            MEMBER_OF: (of_assemblies, _lifted(members)),
            CONTAINS: (of_components, _lifted(lambda mask: subjects(containing(mask)))),
            CARRIES: (of_components, _lifted(carrying)),
            UPSTREAM: (of_components, _lifted(beside(DOWNSTREAM, UPSTREAM))),
            DOWNSTREAM: (of_components, _lifted(beside(UPSTREAM, DOWNSTREAM))),
        },
        assemblies={
            CONTAINS: (of_components, _lifted(containing)),
            CARRIED_BY: (of_components, _lifted(carried)),
        },
    )


def _lifted(over: Callable[[Mask], Mask]) -> Link:
    def link(truth: Truth) -> Truth:
        yes = over(truth.yes)
        if truth.unknown is None:
            return Truth(yes)
        return Truth(yes, over(truth.yes | truth.unknown) & ~yes)

    return link


def _taken(mask: Mask, slots: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Mask:
    return Truth(mask).of(slots).yes


def _marked(size: int, slots: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Mask:
    found = np.zeros(size, dtype=np.bool_)
    found[slots[slots >= 0]] = True
    return found
