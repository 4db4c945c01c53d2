"""The view: united claims, identity classes, pointers, and what counts, at one revision.

Both the projector and ``reference`` start from it; above the record nobody reads claims directly
(design section 4). All keys in a view are canonical: the shown key of their class.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from lineage.model.claim import Directness, Json, Property, Requirement, Subject
from lineage.model.identity import Key
from lineage.model.revision import At, Revision, Scope
from lineage.vocabulary.properties import PRECEDENCE, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A component of the view.

    ``kind`` is the claimed kind with the best precedence, ``kinds`` all that are claimed (two are
    a finding), ``keys`` every key of its identity class. ``stated_by`` is the best precedence of
    those who state it by itself; None where it is only named as an end or a member.
    """

    key: Key
    kind: str
    family: Key
    name: str
    version: str | None
    kinds: tuple[str, ...]
    keys: tuple[Key, ...]
    stated_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who says it, and since which revision."""

    stream: str
    slot: str
    revision: int
    precedence: str
    format: str
    principal: str
    submission: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One claimed value of a property, decoded, with the statement that claims it."""

    name: str
    value: Any
    state: State
    statement: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """A claimed value that counts no longer: an attestation after its last day.

    ``attestation`` are its evidence, who vouched for it (``by``) and the day (``expires``).
    """

    name: str
    value: Any
    state: State
    attestation: Mapping[str, Any]
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFacts:
    """What is said of one member of an assembly.

    ``unknown`` is true when nobody states an edge from it nor says that there are none.
    ``facts`` are its in-assembly properties (artefact, build, ...), sorted by (name, value).
    """

    component: Key
    direct: Directness
    requirements: tuple[Requirement, ...]
    extras: tuple[str, ...]
    dependency_scope: str
    unknown: bool
    facts: tuple[tuple[str, Json], ...]
    statements: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InnerEdge:
    """An edge between two members, true inside this assembly only.

    ``requirements`` is the conjunction of all its active lines. ``unpinned`` marks an upstream
    that was named by pointer or without a version.
    """

    kind: str
    downstream: Key
    upstream: Key
    requirements: tuple[Requirement, ...]
    dependency_scope: str
    unpinned: bool = False
    statements: tuple[int, ...] = ()
    origin: str = "declared"


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
class Content:
    """The united claims about an assembly; one object for all assemblies with equal claims.

    ``digest`` is equal exactly when the united statement ids and the identity classes of what
    they name are. ``properties`` are those of the assembly itself (marker_environment, ...).
    ``outer`` are edges stated in the assembly of which an end is no member (a requirement on a
    capability, say): nobody walks them. ``unresolved`` are pointers (family, name) nobody states.
    """

    digest: bytes
    members: Mapping[Key, MemberFacts]
    edges: tuple[InnerEdge, ...]
    properties: tuple[Property, ...]
    outer: tuple[InnerEdge, ...] = ()
    unresolved: tuple[tuple[Key, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """An assembly of the view and what it is made of. ``streams`` are those that describe it."""

    key: Key
    content: Content
    streams: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldEdge:
    """An edge that holds everywhere, both ends canonical components."""

    kind: str
    downstream: Key
    upstream: Key
    requirements: tuple[Requirement, ...]
    dependency_scope: str
    role: str
    origin: str
    confidence: float | None
    attributes: tuple[tuple[str, str], ...]
    unpinned: bool
    statements: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A declared line that belongs to no assembly: a requirement on a family or a capability.

    ``kind`` is another edge kind where the subject is a family or a pattern (``affected_by``), or
    where an edge that holds in an assembly was stated outside of any.
    """

    subject: Subject
    upstream: Key
    requirement: Requirement
    dependency_scope: str
    statement: int
    kind: str = "requires"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A row of knowledge: a typed value about a component, a family or a pattern."""

    name: str
    subject: Subject
    value: Mapping[str, Any]
    statement: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was left out of the view, as counts for completeness.

    ``archived`` assemblies and ``uncounted`` families are named; ``unresolved`` counts pointers
    that nobody states.
    """

    archived: frozenset[Key] = frozenset()
    uncounted: frozenset[Key] = frozenset()
    unresolved: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a view was carried forward over, from the one with that chain and pack revision.

    Only the nodes and the values of these keys may be others after it.
    """

    before: tuple[str, int]
    nodes: frozenset[Key]
    values: frozenset[Key]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything a question may see. Immutable; shared between questions at one revision.

    ``steps`` are the last ones that it was carried forward over, if it was; the newest is last.
    ``since`` is an earlier revision whose view says the same, where one is known.
    """

    revision: Revision
    pack_revision: int
    scope: Scope
    stream: str | None
    nodes: Mapping[Key, Node]
    assemblies: Mapping[Key, Assembly]
    edges: tuple[WorldEdge, ...]
    left_out: Counted
    canonical: Mapping[Key, Key]
    values: Mapping[Key, tuple[Value, ...]]
    lines: Mapping[Key, tuple[Line, ...]]
    facts: Mapping[str, tuple[Fact, ...]]
    sources: Mapping[int, tuple[Source, ...]]
    families: Mapping[Key, tuple[Key, ...]] = field(default_factory=dict)
    expired: Mapping[Key, tuple[Expired, ...]] = field(default_factory=dict)
    steps: tuple[Step, ...] = field(default=(), compare=False, repr=False)
    since: Revision | None = field(default=None, compare=False, repr=False)

    @property
    def settled(self) -> Revision:
        """The earliest revision known whose view says the same in everything but its revision."""
        return self.since or self.revision

    def shown(self, key: Key) -> Key:
        """The shown key of the class that ``key`` belongs to (itself if it was never joined)."""
        return self.canonical.get(key, key)

    def first(self, key: Key, name: str) -> Value | None:
        """The value of a property that filters, counts and decides; None if nobody claims one.

        What is claimed of the whole family holds for the component, by the same precedence.
        """
        node = self.nodes.get(key)
        places = (key,) if node is None or node.family == key else (key, node.family)
        found = [
            next((value for value in self.values.get(place, ()) if value.name == name), None)
            for place in places
        ]
        known = [value for value in found if value is not None]
        return min(known, key=self.precedence, default=None)

    def precedence(self, value: Value) -> int:
        """The rank of the best source of a value; smaller wins."""
        ranks = (PRECEDENCE.get(s.precedence).rank for s in self.sources.get(value.statement, ()))
        return min(ranks, default=len(PRECEDENCE))


class Views(Protocol):
    """Where views come from: the record, or a test."""

    def view(self, at: At) -> View:
        """The view at a revision; RevisionUnknownError if there is none such."""
        ...
