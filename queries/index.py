"""What every question looks up in a view: names, neighbours, occurrences.

Built once for a view (they are immutable); one pass over the view.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from lineage.model.identity import Key, identify
from lineage.record.view import Content, View, WorldEdge
from queries.kept import PerView


@dataclass(frozen=True, slots=True)
class Index:
    """Look-up tables of one view.

    ``names`` maps a lower-case name, alias or path (``acme/chat``) to the keys that bear it;
    ``families`` a family to its known keys; ``upstream`` and ``downstream`` a component to its
    ``everywhere`` edges; ``holding`` a component to the contents it is a member of; ``assemblies``
    the digest of a content to the assemblies that have it.
    """

    view: View
    names: Mapping[str, tuple[Key, ...]]
    families: Mapping[Key, tuple[Key, ...]]
    upstream: Mapping[Key, tuple[WorldEdge, ...]]
    downstream: Mapping[Key, tuple[WorldEdge, ...]]
    holding: Mapping[Key, tuple[Content, ...]]
    assemblies: Mapping[bytes, tuple[Key, ...]]


def index_of(view: View) -> Index:
    """The look-up tables of a view; the same object while the view is one of the last few."""
    return _INDEXES.of(view)


def _build(view: View) -> Index:
    upstream, downstream = defaultdict(list), defaultdict(list)
    for edge in view.edges:
        upstream[edge.downstream].append(edge)
        downstream[edge.upstream].append(edge)
    holding, assemblies = defaultdict(list), defaultdict(list)
    seen: set[bytes] = set()
    for key in sorted(view.assemblies):
        content = view.assemblies[key].content
        assemblies[content.digest].append(key)
        if content.digest not in seen:
            seen.add(content.digest)
            for member in content.members:
                holding[member].append(content)
    return Index(
        view=view,
        names=_names(view),
        families=_families(view),
        upstream={key: tuple(edges) for key, edges in upstream.items()},
        downstream={key: tuple(edges) for key, edges in downstream.items()},
        holding={key: tuple(contents) for key, contents in holding.items()},
        assemblies={digest: tuple(keys) for digest, keys in assemblies.items()},
    )


_INDEXES: PerView[Index] = PerView(_build)


def _families(view: View) -> dict[Key, tuple[Key, ...]]:
    found: dict[Key, set[Key]] = {family: set(keys) for family, keys in view.families.items()}
    for node in view.nodes.values():
        found.setdefault(node.family, set()).add(node.key)
    for key in view.left_out.archived:
        found.setdefault(identify(key).family, set()).add(key)
    return {family: tuple(sorted(keys)) for family, keys in found.items()}


def _names(view: View) -> dict[str, tuple[Key, ...]]:
    found: dict[str, set[Key]] = defaultdict(set)
    for node in view.nodes.values():
        for key in node.keys:
            _add_identity(found, key, node.key)
        _add_identity(found, node.key, node.key)
        found[node.name.lower()].add(node.key)
    for key in view.left_out.archived:
        _add_identity(found, key, key)
    for key, values in view.values.items():
        for value in values:
            if value.name == "alias" and isinstance(value.value, str):
                found[value.value.lower()].add(key)
    return {name: tuple(sorted(keys)) for name, keys in found.items()}


def _add_identity(found: dict[str, set[Key]], key: Key, target: Key) -> None:
    identity = identify(key)
    names = [identity.name]
    if identity.namespace:
        names.append(f"{identity.namespace}/{identity.name}")
    for name in names:
        found[name.lower()].add(target)
        if identity.version:
            found[f"{name}@{identity.version}".lower()].add(target)
