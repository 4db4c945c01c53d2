"""What the contents of a view hold, each thing once: most of it is in many of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from lineage.model.identity import Key
from lineage.record.view import Content, InnerEdge, MemberFacts, View
from lineage.vocabulary.changes import CROSSINGS

RULE_KINDS = frozenset(
    kind for row in CROSSINGS if row.effect == "RULES" for kind in row.edge_kinds
)
"""The edge kinds over which rules 1 to 5 speak."""

T = TypeVar("T")


def contents_of(view: View) -> Collection[Content]:
    """The contents of a view, equal ones once."""
    return {one.content.digest: one.content for one in view.assemblies.values()}.values()


def nested_in(view: View) -> Mapping[Key, tuple[Key, ...]]:
    """The members of each assembly that are other assemblies; only of those that hold any."""
    held = view.assemblies.keys()
    found = {}
    for key, assembly in view.assemblies.items():
        members = assembly.content.members
        if not held.isdisjoint(members):
            found[key] = tuple(one for one in members if one in held and one != key)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """The inner edges of one content: by downstream those that rules speak of, and the others."""

    ruled: Mapping[Key, tuple[InnerEdge, ...]]
    others: tuple[InnerEdge, ...]


class Held:
    """The members and inner edges of all contents of a view; laid out when first asked.

    Contents share what is equal in them: a member is told apart by identity, and the view keeps it.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._inner: dict[bytes, Inner] = {}
        self._places: dict[bytes, frozenset[int]] = {}

    @cached_property
    def members(self) -> Mapping[Key, tuple[MemberFacts, ...]]:
        """All that is said of a component as a member, wherever it is one."""
        found: dict[Key, list[MemberFacts]] = {}
        for one in self._once.values():
            found.setdefault(one.component, []).append(one)
        return {key: tuple(some) for key, some in found.items()}

    @cached_property
    def edges(self) -> Mapping[Key, tuple[InnerEdge, ...]]:
        """The edges of a component that rules speak of, wherever it is a member."""
        found: dict[Key, list[InnerEdge]] = {}
        for one in _once(content.edges for content in contents_of(self._view)).values():
            if one.kind in RULE_KINDS and one.downstream != one.upstream:
                found.setdefault(one.downstream, []).append(one)
        return {key: tuple(some) for key, some in found.items()}

    @cached_property
    def nested(self) -> Mapping[Key, tuple[Key, ...]]:
        """The members of each assembly that are other assemblies; only of those that hold any."""
        return nested_in(self._view)

    @cached_property
    def _once(self) -> Mapping[int, MemberFacts]:
        return _once(content.members.values() for content in contents_of(self._view))

    def inner(self, content: Content) -> Inner:
        """The edges of one content."""
        found = self._inner.get(content.digest)
        if found is None:
            found = self._inner[content.digest] = _laid_out(content.edges)
        return found

    def places(self, content: Content) -> frozenset[int]:
        """By what the members of a content of the view are told apart."""
        found = self._places.get(content.digest)
        if found is None:
            found = self._places[content.digest] = frozenset(map(id, content.members.values()))
        return found

    def those(self, is_one: Callable[[MemberFacts], bool]) -> Those:
        """The members of which something is true; each is asked once, when first looked for."""
        return Those(self, is_one)

    def picked(self, is_one: Callable[[MemberFacts], bool]) -> Mapping[int, MemberFacts]:
        """The same, by what they are told apart by."""
        return {place: one for place, one in self._once.items() if is_one(one)}


class Those:
    """The members of a view of which something is true, content by content."""

    def __init__(self, held: Held, is_one: Callable[[MemberFacts], bool]) -> None:
        self._held = held
        self._is_one = is_one

    @cached_property
    def _picked(self) -> Mapping[int, MemberFacts]:
        return self._held.picked(self._is_one)

    def count(self, content: Content) -> int:
        """How many members of a content they are."""
        return len(self._picked.keys() & self._held.places(content))

    def of(self, content: Content) -> list[MemberFacts]:
        """Those of one content, in no order."""
        picked, places = self._picked, self._held.places(content)
        if places.isdisjoint(picked):
            return []
        return [picked[one] for one in picked.keys() & places]


def _once(some: Iterable[Collection[T]]) -> Mapping[int, T]:
    """Each object of these collections once, by its identity, as first met; the view keeps them."""
    found: dict[int, T] = {}
    for objects in some:
        # What was met keeps its place in the order.
        found.update(zip(map(id, objects), objects, strict=True))
    return found


def _laid_out(edges: Iterable[InnerEdge]) -> Inner:
    ruled: dict[Key, list[InnerEdge]] = {}
    others = []
    for edge in edges:
        if edge.kind not in RULE_KINDS:
            others.append(edge)
        elif edge.downstream in ruled:
            ruled[edge.downstream].append(edge)
        else:
            ruled[edge.downstream] = [edge]
    return Inner(ruled={key: tuple(some) for key, some in ruled.items()}, others=tuple(others))
