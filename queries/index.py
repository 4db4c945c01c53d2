"""What every question looks up in a view: names, neighbours, occurrences.

Made once for a view (they are immutable): of those of the view before, where it was carried
forward, else in one pass over it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from lineage.graph.catalogue.component import stepped
from lineage.model.identity import Key, identify
from lineage.record.layered import Layered
from lineage.record.view import Content, View, WorldEdge
from queries.kept import PerView

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True)
class Index:
    """Look-up tables of one view.

    ``names`` maps a lower-case name, alias or path (``acme/chat``) to the keys that bear it;
    ``families`` a family to its known keys. The others are made when they are asked for.
    """

    view: View
    names: Layered[str, tuple[Key, ...]]
    families: Layered[Key, tuple[Key, ...]]

    @cached_property
    def upstream(self) -> Mapping[Key, tuple[WorldEdge, ...]]:
        """A component to its ``everywhere`` edges upstream."""
        return _grouped((edge.downstream, edge) for edge in self.view.edges)

    @cached_property
    def downstream(self) -> Mapping[Key, tuple[WorldEdge, ...]]:
        """A component to its ``everywhere`` edges downstream."""
        return _grouped((edge.upstream, edge) for edge in self.view.edges)

    @cached_property
    def holding(self) -> Mapping[Key, tuple[Content, ...]]:
        """A component to the contents that it is a member of."""
        assemblies = self.view.assemblies
        found = (assemblies[key].content for key in sorted(assemblies))
        contents = {one.digest: one for one in found}
        return _grouped((key, one) for one in contents.values() for key in one.members)

    @cached_property
    def assemblies(self) -> Mapping[bytes, tuple[Key, ...]]:
        """The digest of a content to the assemblies that have it."""
        assemblies = self.view.assemblies
        return _grouped((assemblies[key].content.digest, key) for key in sorted(assemblies))


def index_of(view: View) -> Index:
    """The look-up tables of a view; the same object while the view is one of the last few."""
    return _INDEXES.of(view)


def built(view: View) -> Index:
    """The look-up tables of a view, whatever was made before."""
    keys = sorted({*view.nodes, *view.values, *view.left_out.archived})
    return Index(
        view,
        Layered(_grouped((name, key) for key in keys for name in _names(view, key))),
        Layered(_grouped((family, key) for key in keys for family in _families(view, key))),
    )


def renewed(old: View, index: Index, view: View) -> Index | None:
    """The tables of a view that was carried forward from the old one; None where it was not."""
    turned = stepped(old, view)
    if turned is None or view.canonical is not old.canonical:
        return None
    keys = {*turned[0], *turned[1], *(old.left_out.archived ^ view.left_out.archived)}
    return Index(
        view,
        _moved(index.names, ((key, _names(old, key), _names(view, key)) for key in keys)),
        _moved(index.families, ((key, _families(old, key), _families(view, key)) for key in keys)),
    )


_INDEXES: PerView[Index] = PerView(built, renewed)


def _moved(
    table: Layered[K, tuple[Key, ...]], turned: Iterable[tuple[Key, set[K], set[K]]]
) -> Layered[K, tuple[Key, ...]]:
    """The table where each of these keys has stood below some names, and stands below others."""
    found: dict[K, set[Key]] = {}
    for key, was, now in turned:
        for name in was ^ now:
            some = found.setdefault(name, set(table.get(name, ())))
            (some.add if name in now else some.discard)(key)
    return table.changed(
        {name: tuple(sorted(some)) for name, some in found.items() if some},
        [name for name, some in found.items() if not some],
    )


def _grouped(rows: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    found: dict[K, list[V]] = defaultdict(list)
    for key, value in rows:
        found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}


def _families(view: View, key: Key) -> set[Key]:
    """The families that a key is found below."""
    node = view.nodes.get(key)
    found: set[Key] = set()
    if node is not None:
        found.update(view.shown(identify(one).family) for one in node.keys)
        found.add(node.family)
    if key in view.left_out.archived:
        found.add(identify(key).family)
    return found


def _names(view: View, key: Key) -> set[str]:
    """What a key is found by."""
    found: set[str] = set()
    node = view.nodes.get(key)
    if node is not None:
        for one in {*node.keys, key}:
            _add_identity(found, one)
        found.add(node.name.lower())
    if key in view.left_out.archived:
        _add_identity(found, key)
    for value in view.values.get(key, ()):
        if value.name == "alias" and isinstance(value.value, str):
            found.add(value.value.lower())
    return found


def _add_identity(found: set[str], key: Key) -> None:
    identity = identify(key)
    names = [identity.name]
    if identity.namespace:
        names.append(f"{identity.namespace}/{identity.name}")
    for name in names:
        found.add(name.lower())
        if identity.version:
            found.add(f"{name}@{identity.version}".lower())
