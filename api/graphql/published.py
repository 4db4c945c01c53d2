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
    return {name: {variable: text} for name, (variable, text) in found.items() if text}


def _changed(view: View, index: Index) -> str:
    """The capability that most is known about, else what most assemblies hold."""
    counts: Counter[str] = Counter()
    for facts in view.facts.values():
        for fact in facts:
            if isinstance(name := fact.value.get("capability"), str):
                counts[name] += 1
    known = {n.name: key for key, n in view.nodes.items() if n.kind == "capability"}
    for name, _ in counts.most_common():
        if name in known and view.nodes[known[name]].version is None:
            return known[name]
    held = _most_held(view, index)
    return view.nodes[held].family if held else ""


def _derived(view: View, index: Index) -> str:
    derivation = {kind.name for kind in EDGES if kind.edge_class == "derivation"}
    candidates = [
        (
            view.nodes[key].kind == "model",
            any(e.kind == "serves" for e in index.downstream.get(key, ())),
            sum(edge.kind in derivation for edge in edges),
            key,
        )
        for key, edges in index.upstream.items()
        if key in view.nodes and any(edge.kind in derivation for edge in edges)
    ]
    return max(candidates)[-1] if candidates else _assembly(view)


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
    key = _most_held(view, index)
    return view.nodes[key].name if key else ""


def _most_held(view: View, index: Index) -> Key | None:
    counts = {
        key: sum(len(index.assemblies[content.digest]) for content in contents)
        for key, contents in index.holding.items()
        if key in view.nodes
    }
    return min(counts, key=lambda key: (-counts[key], key)) if counts else None
