"""From a snapshot to a view: a pure function, the same whatever the order of claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain

from lineage.model.claim import Component
from lineage.model.identity import Key, identify
from lineage.model.revision import Scope
from lineage.record.attested import expired
from lineage.record.claimed import Claimed, Says, precedence_of
from lineage.record.classes import class_members, classes, joins
from lineage.record.counting import carried, marked, placed
from lineage.record.latest import Candidate, latest_in_streams
from lineage.record.layered import Layered
from lineage.record.pointer import Resolver, pointers
from lineage.record.snapshot import LiveHolding, SlotName, Snapshot, by_slot
from lineage.record.source import Sources, take
from lineage.record.uniting import Uniter
from lineage.record.view import Assembly, Content, Counted, Node, View
from lineage.record.world import (
    Mentioned,
    Owners,
    Stated,
    facts,
    lines,
    mentioned,
    stated_edges,
    values,
    world_edges,
)
from lineage.vocabulary.properties import PRECEDENCE

_PRECEDENCES = {row.rank: row.name for row in PRECEDENCE}


def build_view(
    snapshot: Snapshot,
    *,
    scope: Scope = Scope.DEFAULT,
    stream: str | None = None,
    archived: frozenset[Key] = frozenset(),
    made: Mapping[bytes, Content] | None = None,
) -> View:
    """The view of a snapshot, as ``build`` makes it."""
    return build(snapshot, scope=scope, stream=stream, archived=archived, made=made).view


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A view and what it was made of, from which the next one is made."""

    view: View
    claimed: Claimed
    resolver: Resolver
    stated: list[Stated]
    newest: Mapping[Key, Candidate]
    placed: frozenset[Key]
    archived: frozenset[Key]
    taken: Layered[SlotName, tuple[LiveHolding, ...]]


def build(
    snapshot: Snapshot,
    *,
    scope: Scope = Scope.DEFAULT,
    stream: str | None = None,
    archived: frozenset[Key] = frozenset(),
    made: Mapping[bytes, Content] | None = None,
) -> Built:
    """The view of a snapshot: what counts, or with ``Scope.ALL`` the archived assemblies too.

    ``stream`` names one stream that stands in place of the default branch's slots of the
    families it describes (StreamInvalidError if nobody has written to it); ``archived`` names
    assemblies that are taken, with what they carry, although they are archived. ``made`` are
    contents of other views of the same record, by digest, which are shared and not made again.
    """
    taken = take(snapshot, stream)
    held = Layered(by_slot(taken.holdings))
    claimed = Claimed(snapshot, taken.holdings)
    canonical = classes(joins(claimed))
    described: dict[Key, list[int]] = {}
    for number, holding in enumerate(claimed.holdings):
        if holding.assembly is not None:
            key = canonical.get(holding.assembly, holding.assembly)
            described.setdefault(key, []).append(number)
    newest = latest_in_streams(claimed)
    named = mentioned(claimed)
    resolver = Resolver(
        canonical=canonical,
        pointers=pointers(claimed, canonical),
        known=_known(named.newest, canonical, newest, described.keys()),
        fixed=frozenset(described),
        versions=_versions(named.newest, canonical),
    )
    owners = Owners(claimed, resolver)
    stated = stated_edges(claimed, resolver, owners)
    said = values(claimed, resolver, owners)
    uniter = Uniter(claimed, resolver, made or {})

    def content(key: Key) -> Content:
        return uniter.content(described[key])

    in_place = placed(claimed, described, stated)
    deployed = in_place | marked(resolver, said)
    roots = roots_of(deployed, newest, archived, resolver, described.keys())
    counted = carried(roots, described.keys(), content, stated)
    shown = set(described) if scope is Scope.ALL else counted
    assemblies = {
        key: Assembly(
            key=key,
            content=content(key),
            streams=tuple(sorted({claimed.holdings[one].stream for one in described[key]})),
        )
        for key in sorted(shown)
    }
    kept = kept_of(stated, shown, described.keys())
    outside = {resolver.shown(key) for key in taken.left} | described.keys()
    known = {resolver.shown(identify(key).family) for key in outside}
    nodes = _nodes(claimed, resolver, named, assemblies.values(), stated)
    view = View(
        revision=snapshot.revision,
        pack_revision=snapshot.pack_revision,
        scope=scope,
        stream=stream,
        nodes=nodes,
        assemblies=assemblies,
        edges=world_edges(claimed, resolver, kept),
        left_out=counted_out(
            assemblies, frozenset(described.keys() - shown), known, resolver, kept
        ),
        canonical=canonical,
        values=said,
        lines=lines(claimed, resolver, owners),
        facts=facts(claimed, resolver, owners),
        sources=Sources(held, snapshot.slots),
        families=_families(nodes, resolver),
        expired=expired(snapshot, taken.expired, resolver),
    )
    return Built(
        view=view,
        claimed=claimed,
        resolver=resolver,
        stated=stated,
        newest=newest,
        placed=frozenset(in_place),
        archived=archived,
        taken=held,
    )


def roots_of(
    deployed: AbstractSet[Key],
    newest: Iterable[Key],
    archived: Iterable[Key],
    resolver: Resolver,
    described: AbstractSet[Key],
) -> set[Key]:
    """The assemblies that count by themselves: deployed, latest, or named by the question."""
    named = {resolver.shown(key) for key in chain(newest, archived)}
    return {*deployed, *named} & described


def kept_of(
    stated: Iterable[Stated], shown: AbstractSet[Key], described: AbstractSet[Key]
) -> list[Stated]:
    """The everywhere edges but those of archived assemblies."""
    return [one for one in stated if one.downstream in shown or one.downstream not in described]


def counted_out(
    assemblies: Mapping[Key, Assembly],
    archived: frozenset[Key],
    families: AbstractSet[Key],
    resolver: Resolver,
    kept: Iterable[Stated],
) -> Counted:
    """What a view that shows these assemblies leaves out, of which ``archived`` are known.

    ``families`` are those of all that is described, by streams that do not count as well.
    """
    lost = {one.unresolved for one in kept if one.unresolved is not None}
    lost |= {name for one in assemblies.values() for name in one.content.unresolved}
    counting = {resolver.shown(identify(key).family) for key in assemblies}
    return Counted(
        archived=archived,
        uncounted=frozenset(families - counting),
        unresolved=len(lost),
    )


def _versions(named: Iterable[Key], canonical: Mapping[Key, Key]) -> dict[Key, list[Key]]:
    found: dict[Key, list[Key]] = {}
    for key in named:
        identity = identify(key)
        if identity.version is not None:
            family = canonical.get(identity.family, identity.family)
            found.setdefault(family, []).append(key)
    return found


def _known(
    named: Mapping[Key, int],
    canonical: Mapping[Key, Key],
    newest: Mapping[Key, Candidate],
    described: Iterable[Key],
) -> dict[Key, list[Candidate]]:
    """The versions of each family that a reference without a version may stand for."""
    assemblies = set(described)
    latest = {canonical.get(key, key) for key in newest}
    found: dict[Key, list[Candidate]] = {}
    for key, revision in sorted(named.items()):
        identity = identify(key)
        shown = canonical.get(key, key)
        if identity.version is None or (shown in assemblies and shown not in latest):
            continue
        family = canonical.get(identity.family, identity.family)
        candidate = newest.get(key, Candidate(key=key, revision=revision))
        found.setdefault(family, []).append(candidate)
    return found


def _nodes(
    claimed: Claimed,
    resolver: Resolver,
    named: Mentioned,
    assemblies: Iterable[Assembly],
    stated: Iterable[Stated],
) -> dict[Key, Node]:
    statements: dict[Key, list[tuple[int, Component]]] = {}
    for at in claimed.where(Says.COMPONENT):
        claim = claimed.statements[at]
        if isinstance(claim, Component):
            key = resolver.shown(claim.key)
            statements.setdefault(key, []).append((int(claimed.order[at]), claim))
    keys = {
        resolver.current(key) if key in named.referred else resolver.shown(key)
        for key in named.newest
    }
    keys.update(resolver.pointers.values())
    for one in stated:
        keys.update((one.downstream, one.upstream))
    for assembly in assemblies:
        keys.update(assembly.content.members)
        for edge in assembly.content.outer:
            keys.update((edge.downstream, edge.upstream) if edge.kind != "requires" else ())
    members = class_members(resolver.canonical)
    return {
        key: node_of(key, statements.get(key, []), members.get(key, (key,)), resolver)
        for key in sorted(keys)
    }


def node_of(
    key: Key, said: list[tuple[int, Component]], keys: tuple[Key, ...], resolver: Resolver
) -> Node:
    """A component of the view: ``said`` are the claims about its class, with their order."""
    identity = identify(key)
    # A claim about the shown key itself names it best; then precedence, then the newest.
    ranked = sorted(
        said, key=lambda one: (one[0], one[1].kind, one[1].name, one[1].version or "", one[1].key)
    )
    own = [claim for _, claim in ranked if claim.key == key] or [claim for _, claim in ranked]
    return Node(
        key=key,
        kind=ranked[0][1].kind if ranked else identity.kind,
        family=resolver.shown(identity.family),
        name=own[0].name if own and own[0].name else identity.name,
        version=identity.version or (own[0].version if own else None),
        kinds=tuple(sorted({claim.kind for _, claim in ranked} or {identity.kind})),
        keys=keys,
        stated_by=_PRECEDENCES.get(precedence_of(ranked[0][0])) if ranked else None,
    )


def _families(nodes: Mapping[Key, Node], resolver: Resolver) -> dict[Key, tuple[Key, ...]]:
    found: dict[Key, set[Key]] = {}
    for key, node in nodes.items():
        for one in node.keys:
            found.setdefault(resolver.shown(identify(one).family), set()).add(key)
    return {family: tuple(sorted(keys)) for family, keys in sorted(found.items())}
