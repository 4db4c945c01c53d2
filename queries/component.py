"""Component: everything that is claimed about one component, and who claims it.

All living values of every property stand side by side, the one that decides first; the edges that
hold everywhere in both directions; the assemblies that hold it, and the members if it is one
itself; and what is odd about it as findings. A family (several versions of an assembly kind)
answers with the edges and values of all its versions that count.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import orjson

from lineage.model.identity import Key, identify
from lineage.model.revision import At
from lineage.record.view import MemberFacts, Value, View, WorldEdge
from queries.index import Index, index_of
from queries.licence import licence_text
from queries.naming import Seen, look
from queries.question import Handle
from queries.saying import (
    ClaimedValue,
    Saying,
    StatedEdge,
    Wish,
    claimed,
    sayings,
    stated,
    wishes,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """The question. ``key`` is a key, a purl or an unambiguous name."""

    key: str
    at: At = field(default_factory=At)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something said of a member inside one assembly: installed artefact, build, evidence."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A component inside an assembly.

    ``dependencies_unknown`` is true when nobody states an edge from it there nor says that there
    are none; unknown is not none.
    """

    assembly: str
    component: str
    name: str
    version: str | None
    direct: str
    dependency_scope: str
    dependencies_unknown: bool
    requirements: tuple[Wish, ...]
    extras: tuple[str, ...]
    facts: tuple[Fact, ...]
    claimed_by: tuple[Saying, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is odd: a code, a sentence, and the values that clash.

    Codes: KINDS, DIGESTS, LICENCES, UNPINNED.
    """

    code: str
    text: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is known. ``members`` is null where the component is no assembly.

    ``versions`` are all known versions of its family; ``keys`` all keys of its identity class.
    ``archived`` is true where the answer is about something that no longer counts.
    """

    ROWS: ClassVar[str] = "properties"

    revision: int
    pack_revision: int
    scope: str
    stream: str | None
    key: str
    kind: str
    kinds: tuple[str, ...]
    name: str
    version: str | None
    family: str
    versions: tuple[str, ...]
    keys: tuple[str, ...]
    aliases: tuple[str, ...]
    archived: bool
    properties: tuple[ClaimedValue, ...]
    upstream: tuple[StatedEdge, ...]
    downstream: tuple[StatedEdge, ...]
    assemblies: tuple[Membership, ...]
    members: tuple[Membership, ...] | None
    findings: tuple[Finding, ...]


def answer(question: Component, handle: Handle) -> Answer:
    """What is claimed of the component; KeyUnknownError, KeyAmbiguousError, KeyMalformedError."""
    seen = look(question.key, question.at, handle.views)
    view, index = seen.view, index_of(seen.view)
    keys = tuple(key for key in seen.named.keys if key in view.nodes) or seen.named.keys
    key = seen.named.key
    identity = identify(key)
    node = view.nodes.get(key) or view.nodes.get(keys[0])
    kinds = sorted({kind for one in keys if one in view.nodes for kind in view.nodes[one].kinds})
    places = dict.fromkeys((*keys, identity.family))
    over = [one for place in places for one in view.expired.get(place, ())]
    properties = claimed(view, _values(view, places), over)
    counting = tuple(one for one in properties if not one.expired)
    return Answer(
        revision=view.revision.number,
        pack_revision=view.pack_revision,
        scope=view.scope.value,
        stream=view.stream,
        key=key,
        kind=node.kind if node else identity.kind,
        kinds=tuple(kinds) or (identity.kind,),
        name=node.name if node else identity.name,
        version=node.version if node and not seen.named.family else identity.version,
        family=identity.family,
        versions=index.families.get(identity.family, keys),
        keys=tuple(sorted({k for o in keys if o in view.nodes for k in view.nodes[o].keys}))
        or keys,
        aliases=tuple(
            sorted({str(v.value) for v in counting if v.name == "alias" and v.state == "value"})
        ),
        archived=all(one not in view.nodes for one in keys) or _was_archived(seen, question.at),
        properties=properties,
        upstream=_edges(view, (e for one in keys for e in index.upstream.get(one, ()))),
        downstream=_edges(view, (e for one in keys for e in index.downstream.get(one, ()))),
        assemblies=_occurrences(view, index, keys),
        members=_members(view, keys),
        findings=_findings(view, index, keys, counting),
    )


def _values(view: View, places: Iterable[Key]) -> list[Value]:
    """What is claimed of these and of their family, the value that decides first of its name."""
    found = [value for place in places for value in view.values.get(place, ())]
    return sorted(found, key=lambda value: (value.name, view.precedence(value)))


def _was_archived(seen: Seen, at: At) -> bool:
    return seen.at.archived != at.archived


def _edges(view: View, edges: Iterable[WorldEdge]) -> tuple[StatedEdge, ...]:
    found = [stated(view, edge) for edge in edges]
    return tuple(sorted(found, key=lambda e: (e.kind, e.upstream, e.downstream)))


def _occurrences(view: View, index: Index, keys: tuple[Key, ...]) -> tuple[Membership, ...]:
    found = [
        _membership(view, assembly, content.members[key])
        for key in keys
        for content in index.holding.get(key, ())
        for assembly in index.assemblies[content.digest]
    ]
    return tuple(sorted(found, key=lambda m: (m.assembly, m.component)))


def _members(view: View, keys: tuple[Key, ...]) -> tuple[Membership, ...] | None:
    held = [view.assemblies[key] for key in keys if key in view.assemblies]
    if not held:
        return None
    found = [
        _membership(view, assembly.key, member)
        for assembly in held
        for member in assembly.content.members.values()
    ]
    return tuple(sorted(found, key=lambda m: (m.assembly, m.component)))


def _membership(view: View, assembly: Key, member: MemberFacts) -> Membership:
    node = view.nodes.get(member.component)
    identity = identify(member.component)
    return Membership(
        assembly=assembly,
        component=member.component,
        name=node.name if node else identity.name,
        version=node.version if node else identity.version,
        direct=member.direct,
        dependency_scope=member.dependency_scope,
        dependencies_unknown=member.unknown,
        requirements=wishes(member.requirements),
        extras=member.extras,
        facts=tuple(Fact(name=name, value=orjson.loads(value)) for name, value in member.facts),
        claimed_by=sayings(view, member.statements, view.assemblies[assembly].streams),
    )


def _findings(
    view: View, index: Index, keys: tuple[Key, ...], properties: tuple[ClaimedValue, ...]
) -> tuple[Finding, ...]:
    found = []
    for key in keys:
        node = view.nodes.get(key)
        if node and len(node.kinds) > 1:
            text = f"{key} is claimed to be of {len(node.kinds)} kinds; {node.kind} comes first"
            found.append(Finding(code="KINDS", text=text, values=node.kinds))
    if len(keys) == 1:
        for algorithm, digests in sorted(_digests(properties).items()):
            if len(digests) > 1:
                text = f"{keys[0]} is claimed with {len(digests)} different {algorithm} digests"
                found.append(Finding(code="DIGESTS", text=text, values=tuple(sorted(digests))))
        licences = {
            licence_text(p.value) or str(p.value)
            for p in properties
            if p.name == "licence" and p.state == "value"
        }
        if len(licences) > 1:
            text = f"{keys[0]} is claimed under {len(licences)} different licences"
            found.append(Finding(code="LICENCES", text=text, values=tuple(sorted(licences))))
    for key in keys:
        loose = sorted({e.upstream for e in index.upstream.get(key, ()) if e.unpinned})
        if loose:
            text = f"{key} names {len(loose)} upstream without a version or by a moving name"
            found.append(Finding(code="UNPINNED", text=text, values=tuple(loose)))
    return tuple(found)


def _digests(properties: tuple[ClaimedValue, ...]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for claim in properties:
        if claim.name == "digest" and claim.state == "value":
            text = str(claim.value)
            found.setdefault(text.partition(":")[0], set()).add(text)
    return found
