"""From a snapshot to a view: a pure function, the same whatever the order of claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lineage.model.claim import Component
from lineage.model.identity import Key, identify
from lineage.model.revision import Scope
from lineage.record.claimed import Claimed, Says
from lineage.record.classes import class_members, classes, joins
from lineage.record.counting import carried, deployed
from lineage.record.latest import Candidate, latest_in_streams
from lineage.record.pointer import Resolver, pointers
from lineage.record.snapshot import Snapshot
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


def build_view(
    snapshot: Snapshot,
    *,
    scope: Scope = Scope.DEFAULT,
    stream: str | None = None,
    archived: frozenset[Key] = frozenset(),
    made: Mapping[bytes, Content] | None = None,
) -> View:
    """The view of a snapshot: what counts, or with ``Scope.ALL`` the archived assemblies too.

    ``stream`` names one stream that stands in place of the default branch's slots of the
    families it describes (StreamInvalidError if nobody has written to it); ``archived`` names
    assemblies that are taken, with what they carry, although they are archived. ``made`` are
    contents of other views of the same record, by digest, which are shared and not made again.
    """
    taken = take(snapshot, stream)
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

    roots = deployed(claimed, resolver, described, said, stated)
    roots |= {resolver.shown(key) for key in newest}
    roots |= {resolver.shown(key) for key in archived} & described.keys()
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
    kept = [one for one in stated if one.downstream in shown or one.downstream not in described]
    edges = world_edges(claimed, resolver, kept)
    declared = lines(claimed, resolver, owners)
    nodes = _nodes(claimed, resolver, named, assemblies.values(), stated)
    lost = {one.unresolved for one in kept if one.unresolved is not None}
    lost |= {name for one in assemblies.values() for name in one.content.unresolved}
    families = {resolver.shown(identify(key).family) for key in shown}
    left = {resolver.shown(key) for key in taken.left} | set(described)
    return View(
        revision=snapshot.revision,
        pack_revision=snapshot.pack_revision,
        scope=scope,
        stream=stream,
        nodes=nodes,
        assemblies=assemblies,
        edges=edges,
        left_out=Counted(
            archived=frozenset(described.keys() - shown),
            uncounted=frozenset({resolver.shown(identify(key).family) for key in left} - families),
            unresolved=len(lost),
        ),
        canonical=canonical,
        values=said,
        lines=declared,
        facts=facts(claimed, resolver, owners),
        sources=Sources(claimed),
        families=_families(nodes, resolver),
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
        key: _node(key, statements.get(key, []), members.get(key, (key,)), resolver)
        for key in sorted(keys)
    }


def _node(
    key: Key, said: list[tuple[int, Component]], keys: tuple[Key, ...], resolver: Resolver
) -> Node:
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
    )


def _families(nodes: Mapping[Key, Node], resolver: Resolver) -> dict[Key, tuple[Key, ...]]:
    found: dict[Key, set[Key]] = {}
    for key, node in nodes.items():
        for one in node.keys:
            found.setdefault(resolver.shown(identify(one).family), set()).add(key)
    return {family: tuple(sorted(keys)) for family, keys in sorted(found.items())}
