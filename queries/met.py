"""What a lineage meets on its way: licences, runs, code, data, machines, libraries, energy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lineage.model.identity import Key, identify
from lineage.record.view import Value, View, WorldEdge
from lineage.vocabulary.properties import ATTESTATION
from queries.index import Index
from queries.licence import Terms, licence_text, terms_of
from queries.saying import ClaimedValue, Saying, claimed, sayings


@dataclass(frozen=True, slots=True, kw_only=True)
class MetLicence:
    """A licence claimed on the way. ``terms`` are the licences of the expression."""

    key: str
    depth: int
    licence: str
    state: str
    terms: tuple[Terms, ...]
    claimed_by: tuple[Saying, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageItem:
    """A run, a commit, a dataset, a machine or a library of the lineage.

    ``edge`` and ``of`` say how it belongs to the lineage where it is not a part of the walk.
    ``claimed_by`` are those who say that, and those who state its digests.
    """

    key: str
    name: str
    version: str | None
    depth: int
    edge: str | None
    of: str | None
    digests: tuple[str, ...]
    claimed_by: tuple[Saying, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MetEnergy:
    """A claimed quantity of energy (kWh) or emissions (kg CO2e) of a component."""

    key: str
    unit: str
    claim: ClaimedValue


def licences_of(view: View, depths: Mapping[Key, int]) -> tuple[MetLicence, ...]:
    """Every licence that is claimed on the way, nearest first."""
    return tuple(
        MetLicence(
            key=key,
            depth=depths[key],
            licence=text,
            state=claim.state,
            terms=terms_of(text) if text else (),
            claimed_by=claim.claimed_by,
        )
        for key in by_depth(depths)
        for claim in claimed(view, _named(view, key, "licence"))
        for text in (licence_text(claim.value),)
    )


def of_kind(view: View, depths: Mapping[Key, int], kind: str) -> tuple[LineageItem, ...]:
    """The components of one kind, nearest first."""
    return tuple(
        _item(view, key, depths[key], None)
        for key in by_depth(depths)
        if described(view, key)[0] == kind
    )


def beside(
    view: View,
    index: Index,
    depths: Mapping[Key, int],
    edges: tuple[str, ...],
    kinds: tuple[str, ...],
) -> tuple[LineageItem, ...]:
    """What stands beside the lineage: one hop over edges that the walk does not take."""
    found = [
        _item(view, edge.upstream, depths[key] + 1, edge)
        for key in by_depth(depths)
        for edge in index.upstream.get(key, ())
        if edge.kind in edges and (not kinds or described(view, edge.upstream)[0] in kinds)
    ]
    return tuple(sorted(set(found), key=lambda item: (item.depth, item.key, item.of or "")))


def _item(view: View, key: Key, depth: int, edge: WorldEdge | None) -> LineageItem:
    _, name, version = described(view, key)
    stated = [v for v in view.values.get(key, ()) if v.name == "digest" and v.state == "value"]
    digests = {str(value.value) for value in stated}
    if identify(key).form == "digest":
        digests.add(identify(key).name)
    statements = [value.statement for value in stated]
    return LineageItem(
        key=key,
        name=name,
        version=version,
        depth=depth,
        edge=edge.kind if edge else None,
        of=edge.downstream if edge else None,
        digests=tuple(sorted(digests)),
        claimed_by=sayings(view, [*(edge.statements if edge else ()), *statements]),
    )


def energy_of(view: View, depths: Mapping[Key, int]) -> tuple[MetEnergy, ...]:
    """Every claimed quantity of energy or emissions, nearest first."""
    return tuple(
        MetEnergy(key=key, unit=unit, claim=claim)
        for key in by_depth(depths)
        for name, unit in (("energy", "kWh"), ("co2e", "kg"))
        for claim in claimed(view, _named(view, key, name))
    )


def _named(view: View, key: Key, name: str) -> list[Value]:
    """The values of a name, and what goes with those that a person vouches for."""
    return [value for value in view.values.get(key, ()) if value.name in (name, ATTESTATION)]


def described(view: View, key: Key) -> tuple[str, str, str | None]:
    """Kind, name and version of a component."""
    node = view.nodes.get(key)
    if node is not None:
        return node.kind, node.name, node.version
    identity = identify(key)
    return identity.kind, identity.name, identity.version


def by_depth(depths: Mapping[Key, int]) -> list[Key]:
    """The components, nearest first."""
    return sorted(depths, key=lambda key: (depths[key], key))
