"""Published queries: the documents in ``queries/*.graphql``, and variables that fit a database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from lineage.model.identity import Key
from lineage.record.view import View
from lineage.vocabulary.edges import EDGES
from queries.index import Index, index_of

_DERIVATION = frozenset(kind.name for kind in EDGES if kind.edge_class == "derivation")
_LOOKED_AT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published query: its name (the file's), what it asks, its text."""

    name: str
    title: str
    query: str


def published() -> tuple[Published, ...]:
    """Every published query, by name."""
    folder = files("queries")
    found = sorted(
        (one for one in folder.iterdir() if one.name.endswith(".graphql")),
        key=lambda one: one.name,
    )
    made = []
    for one in found:
        text = one.read_text("utf-8")
        first = text.partition("\n")[0]
        title = first.removeprefix("#").strip() if first.startswith("#") else one.name
        name = one.name.removesuffix(".graphql")
        made.append(Published(name=name, title=title, query=text))
    return tuple(made)


def examples(view: View) -> Mapping[str, dict[str, str]]:
    """Variables for each published query, of keys that exist; empty where nothing fits."""
    index = index_of(view)
    found = {
        "impact": ("key", _changed(view, index)),
        "provenance": ("key", _derived(view, index)),
        "component": ("key", _assembly(view)),
        "search": ("text", _held(view, index)),
    }
    made = {name: {variable: text} for name, (variable, text) in found.items() if text}
    below, above = _ways(view, index)
    made["difference"] = {"before": "0", "after": str(view.revision.number)}
    if "component" in made:
        made |= dict.fromkeys(("history", "claims"), made["component"])
    return made | ({"paths": {"from": below, "to": above}} if below else {})


def _ways(view: View, index: Index) -> tuple[str, str]:
    """An assembly and the member of it that most assemblies hold."""
    below = _assembly(view)
    if below not in view.assemblies or not view.assemblies[Key(below)].content.members:
        edge = next(iter(view.edges), None)
        return (edge.downstream, edge.upstream) if edge else ("", "")
    members = view.assemblies[Key(below)].content.members
    return below, min(members, key=lambda key: (-len(index.holding.get(key, ())), key))


def _changed(view: View, index: Index) -> str:
    """The capability at whose steps most packages are renamed, else what most assemblies hold."""
    counts = Counter(
        name
        for kind in ("succeeds", "provides")
        for fact in view.facts.get(kind, ())
        if isinstance(name := fact.value.get("capability"), str)
    )
    known = {
        node.name: key
        for key, node in view.nodes.items()
        if node.kind == "capability" and node.version is None
    }
    for name, _ in counts.most_common():
        if name in known:
            return known[name]
    return _most_held(view, index) or ""


def _derived(view: View, index: Index) -> str:
    """What has most upstream over derivation; an assembly where nothing is derived."""
    candidates = [key for key in index.upstream if key in view.nodes][:_LOOKED_AT]
    sizes = {key: len(_ancestors(key, index)) for key in candidates}
    best = min(sizes, key=lambda key: (-sizes[key], key), default=None)
    return best if best is not None and sizes[best] else _assembly(view)


def _ancestors(key: Key, index: Index) -> set[Key]:
    found: set[Key] = set()
    left = [key]
    while left and len(found) < _LOOKED_AT:
        for edge in index.upstream.get(left.pop(), ()):
            if edge.kind in _DERIVATION and edge.upstream not in found:
                found.add(edge.upstream)
                left.append(edge.upstream)
    return found - {key}


def _assembly(view: View) -> str:
    kinds = ("service", "environment", "container", "host")
    ranked = sorted(
        view.assemblies,
        key=lambda key: (
            kinds.index(view.nodes[key].kind)
            if key in view.nodes and view.nodes[key].kind in kinds
            else len(kinds),
            -len(view.assemblies[key].content.members),
            key,
        ),
    )
    return ranked[0] if ranked else next(iter(sorted(view.nodes)), "")


def _held(view: View, index: Index) -> str:
    family = _most_held(view, index)
    return view.nodes[index.families[family][0]].name if family else ""


def _most_held(view: View, index: Index) -> Key | None:
    """The family that most assemblies hold in most versions."""
    counts: dict[Key, tuple[int, int]] = {}
    for key, contents in index.holding.items():
        if key in view.nodes:
            held, versions = counts.get(view.nodes[key].family, (0, 0))
            more = sum(len(index.assemblies[content.digest]) for content in contents)
            counts[view.nodes[key].family] = (held + more, versions + 1)
    return min(counts, key=lambda f: (-counts[f][1], -counts[f][0], f), default=None)
