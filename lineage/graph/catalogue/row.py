"""Rows as people see them: plain frozen values, None where nobody says anything."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentRow:
    """A component at a version.

    ``licence``, ``owner``, ``lifecycle``, ``criticality`` and ``deployment_environment`` are the
    values that decide (design section 3), or the state that was claimed in place of one. ``tags``
    are all that are claimed. ``held_by`` counts the assemblies that it is a member of,
    ``leaned_on`` its downstream edges that hold everywhere. ``known_by`` is ``estate``, or
    ``knowledge`` where only a knowledge pack speaks of it; ``archived`` is true for an assembly
    that no longer counts; ``assembly`` for one whose contents are known.
    """

    key: str
    kind: str
    family: str
    name: str
    version: str | None
    licence: str | None
    owner: str | None
    lifecycle: str | None
    criticality: str | None
    deployment_environment: str | None
    tags: tuple[str, ...]
    held_by: int
    leaned_on: int
    known_by: str
    assembly: bool
    archived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AssemblyRow:
    """An assembly: what its component is, and what is in it.

    ``members`` counts them, ``direct`` those that it asks for itself, ``unknown`` those of whose
    dependencies nobody speaks. ``resolution`` is equal for equal contents; ``streams`` describe it.
    """

    key: str
    kind: str
    family: str
    name: str
    version: str | None
    licence: str | None
    owner: str | None
    lifecycle: str | None
    criticality: str | None
    deployment_environment: str | None
    tags: tuple[str, ...]
    members: int
    direct: int
    unknown: int
    resolution: str
    streams: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeRow:
    """An edge that holds everywhere. ``requirement`` is what was declared ("" for any version)."""

    key: str
    kind: str
    downstream: str
    upstream: str
    requirement: str | None
    dependency_scope: str
    role: str
    origin: str
    confidence: float | None
    unpinned: bool
    known_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OccurrenceRow:
    """A component inside an assembly.

    ``unknown`` is true where nobody speaks of its dependencies there; ``build`` is the tag of the
    installed artefact (several with commas, where sources differ), ``requirement`` what the
    assembly itself asks of it.
    """

    key: str
    component: str
    assembly: str
    direct: str
    dependency_scope: str
    unknown: bool
    build: str | None
    requirement: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriesRow:
    """A service and an assembly that it runs on, contains or serves, however far; itself too."""

    key: str
    service: str
    assembly: str


Row = ComponentRow | AssemblyRow | EdgeRow | OccurrenceRow | CarriesRow
ROW_TYPES: dict[str, type[Row]] = {
    "components": ComponentRow,
    "assemblies": AssemblyRow,
    "edges": EdgeRow,
    "occurrences": OccurrenceRow,
    "carries": CarriesRow,
}
"""The row types of the catalogue, by the name of their list."""
