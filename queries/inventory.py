"""Inventory: what an organisation has, by kind, licence, owner and where it runs; what is unsaid.

Only what the estate has is counted: what a knowledge pack merely knows is counted apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from lineage.graph.catalogue import predicate as ask
from lineage.graph.catalogue.catalogue import Catalogue
from lineage.graph.catalogue.group import Measure
from lineage.model.revision import At
from lineage.vocabulary.nodes import NODES
from queries.listing import among, both, narrowed, plain_where
from queries.question import Handle, catalogue_of

_TABLE = "components"
_DIMENSIONS = ("licence", "owner", "lifecycle", "deployment_environment", "criticality")
_ALWAYS = ("dataset", "model", "framework", "hardware", "service")
"""The kinds that are told even where there is none of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """The question. ``where`` narrows it to components that pass."""

    where: Any = None
    at: At = field(default_factory=At)

    def __post_init__(self) -> None:
        object.__setattr__(self, "where", plain_where(self.where))


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCount:
    """How much there is of a kind. ``families`` counts names, ``components`` their versions.

    ``assemblies`` are those whose contents are known; ``without_licence``, ``without_owner`` and
    ``without_lifecycle`` count components of which nobody says it (an unknown is no none).
    """

    kind: str
    components: int
    families: int
    assemblies: int
    without_licence: int
    without_owner: int
    without_lifecycle: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many components have a value: of ``dimension`` the ``value`` (null: nobody says any)."""

    dimension: str
    value: str | None
    components: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryCompleteness:
    """What the counts do not see.

    ``unknown_dependencies`` counts members of which nobody says what they lean on, ``known_only``
    components that only a knowledge pack speaks of, ``cannot_compare`` those of which the filter
    cannot say.
    """

    complete: bool
    truncated_by: str | None
    unknown_dependencies: int
    known_only: int
    cannot_compare: int
    archived: int
    uncounted: int
    unresolved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The counts by kind; ``shares`` by licence, owner, lifecycle and so on, greatest first."""

    ROWS: ClassVar[str] = "kinds"

    headline: str
    revision: int
    pack_revision: int
    scope: str
    stream: str | None
    components: int
    families: int
    assemblies: int
    occurrences: int
    edges: int
    completeness: InventoryCompleteness
    shares: tuple[Share, ...]
    kinds: tuple[KindCount, ...]


def answer(question: Inventory, handle: Handle) -> Answer:
    """What there is; WhereInvalidError, RevisionUnknownError, StreamInvalidError."""
    catalogue = catalogue_of(handle, question.at)
    view = catalogue.view
    where = narrowed(question.where, _TABLE)
    shown, known = among(catalogue, _TABLE, where, knowledge=False)
    total = catalogue.total(_TABLE, shown)
    inner = None if where is None else ask.Tied("component", shown)
    occurrences = catalogue.total("occurrences", inner)
    unknown = catalogue.total(
        "occurrences", both(inner, ask.Column("unknown", ask.OneOf(frozenset([True]))))
    )
    edge, _ = among(
        catalogue, "edges", None if where is None else ask.Tied("downstream", shown),
        knowledge=False,
    )  # fmt: skip
    kinds = tuple(_kinds(catalogue, shown))
    left = view.left_out
    completeness = InventoryCompleteness(
        complete=not (unknown.total or left.unresolved or total.cannot_compare),
        truncated_by=None,
        unknown_dependencies=unknown.total,
        known_only=known,
        cannot_compare=total.cannot_compare,
        archived=len(left.archived),
        uncounted=len(left.uncounted),
        unresolved=left.unresolved,
    )
    return Answer(
        headline=_headline(kinds),
        revision=view.revision.number,
        pack_revision=view.pack_revision,
        scope=view.scope.value,
        stream=view.stream,
        components=total.total,
        families=sum(one.families for one in kinds),
        assemblies=sum(one.assemblies for one in kinds),
        occurrences=occurrences.total,
        edges=catalogue.total("edges", edge).total,
        completeness=completeness,
        shares=tuple(_shares(catalogue, shown)),
        kinds=kinds,
    )


def _kinds(catalogue: Catalogue, shown: ask.Predicate | None) -> Iterable[KindCount]:
    def counted(where: ask.Predicate | None, measure: Measure | None = None) -> dict[str, int]:
        groups = catalogue.group(_TABLE, ["kind"], measure, where).groups
        return {str(one.keys[0]): int(one.value or 0) for one in groups}

    def without(path: str) -> dict[str, int]:
        return counted(both(shown, ask.Without(ask.Column(path, ask.Present()))))

    components = counted(shown)
    families = counted(shown, Measure("COUNT_DISTINCT", "family"))
    held = counted(both(shown, ask.Column("assembly", ask.OneOf(frozenset([True])))))
    licence, owner, lifecycle = without("licence"), without("owner"), without("lifecycle")
    for kind in NODES.names():
        if kind in components or kind in _ALWAYS:
            yield KindCount(
                kind=kind,
                components=components.get(kind, 0),
                families=families.get(kind, 0),
                assemblies=held.get(kind, 0),
                without_licence=licence.get(kind, 0),
                without_owner=owner.get(kind, 0),
                without_lifecycle=lifecycle.get(kind, 0),
            )


def _shares(catalogue: Catalogue, shown: ask.Predicate | None) -> Iterable[Share]:
    for dimension in _DIMENSIONS:
        for one in catalogue.group(_TABLE, [dimension], None, shown).groups:
            value = one.keys[0]
            yield Share(
                dimension=dimension,
                value=None if value is None else str(value),
                components=one.count,
            )


def _headline(kinds: tuple[KindCount, ...]) -> str:
    parts = []
    for one in kinds:
        if one.families:
            row = NODES.get(one.kind)
            parts.append(f"{one.families} {row.name if one.families == 1 else row.plural}")
    if not parts:
        return "Nothing is known here yet."
    listed = ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1]
    return f"There are {listed}." if parts[0][0] != "1" or len(parts) > 1 else f"There is {listed}."
