"""What differs everywhere, outside of assemblies: components, edges, values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import orjson

from lineage.model.identity import Key
from lineage.record.view import Value, View, WorldEdge
from lineage.vocabulary.edges import EDGES
from queries.changed import Changed, Half, changed, version_text, wish_texts
from queries.licence import licence_text
from queries.pairing import Pair, paired

_COMPLETENESS = "completeness"
_TYPES = {"licence": "licence", "digest": "digest", _COMPLETENESS: _COMPLETENESS}
_OF_ANY_VERSION = ("licence", _COMPLETENESS)
"""Values that are compared even where the versions differ; the rest belongs to one version."""
_DERIVATION = frozenset(kind.name for kind in EDGES if kind.edge_class == "derivation")


def components(
    before: View, after: View, covered: set[Key]
) -> tuple[list[Changed], tuple[Pair, ...]]:
    """Components that one side does not know, and pairs of two versions of them.

    ``covered`` are those that another row speaks of: assemblies, members.
    """
    old = before.nodes.keys() - after.nodes.keys() - covered
    new = after.nodes.keys() - before.nodes.keys() - covered
    pairing = paired(old, new)
    rows = [_row("removed", key, None, before, after) for key in pairing.before]
    rows += [_row("added", None, key, before, after) for key in pairing.after]
    rows += [_row("version", one, other, before, after) for one, other in pairing.moved]
    return rows, pairing.moved


def _row(type: str, one: Key | None, other: Key | None, before: View, after: View) -> Changed:  # noqa: A002
    halves = (
        Half(key=key, view=view, texts=version_text(key, view)) if key is not None else None
        for key, view in ((one, before), (other, after))
    )
    return changed(type, "component", *halves)


def same_keys(before: View, after: View) -> set[Key]:
    """Keys of which the sides say something different, and that both know or neither does."""
    touched = {
        key
        for key in before.values.keys() | after.values.keys()
        if before.values.get(key) != after.values.get(key)
    }
    # Views made from one another share most of their edges: those need no look inside.
    shared = {id(edge) for edge in before.edges} & {id(edge) for edge in after.edges}
    first, second = (
        {edge for edge in view.edges if id(edge) not in shared} for view in (before, after)
    )
    touched |= {edge.downstream for edge in first ^ second}
    return {key for key in touched if (key in before.nodes) == (key in after.nodes)}


def said(before: View, after: View, pairs: Iterable[Pair]) -> Iterator[Changed]:
    """What the two sides say of components that stand opposite each other."""
    wanted = list(dict.fromkeys(pairs))
    old = _edges(before, {one for one, _ in wanted})
    new = _edges(after, {other for _, other in wanted})
    for one, other in wanted:
        yield from _values(before, after, one, other)
        left, right = old.get(one, []), new.get(other, [])
        for kind in sorted({edge.kind for edge in (*left, *right)}):
            sides = ([edge for edge in some if edge.kind == kind] for some in (left, right))
            yield from _of_kind(before, after, one, other, kind, *sides)


def _values(before: View, after: View, one: Key, other: Key) -> Iterator[Changed]:
    old, new = _by_name(before.values.get(one, ())), _by_name(after.values.get(other, ()))
    for name in sorted(old.keys() | new.keys()):
        if one != other and name not in _OF_ANY_VERSION:
            continue
        texts, others = _texts(old.get(name, [])), _texts(new.get(name, []))
        if texts != others:
            type_ = _TYPES.get(name, "property")
            left = _half(before, one, texts, old.get(name, []))
            right = _half(after, other, others, new.get(name, []))
            yield changed(type_, "component", left, right, name=name)


def _by_name(values: Iterable[Value]) -> dict[str, list[Value]]:
    found: dict[str, list[Value]] = {}
    for value in values:
        found.setdefault(value.name, []).append(value)
    return found


def _texts(values: Iterable[Value]) -> tuple[str, ...]:
    return tuple(sorted({_text(value) for value in values}))


def _text(value: Value) -> str:
    if value.state != "value":
        return f"({value.state})"
    if value.name == "licence" and (text := licence_text(value.value)):
        return text
    if isinstance(value.value, str):
        return value.value
    return orjson.dumps(value.value, option=orjson.OPT_SORT_KEYS).decode()


def _half(view: View, key: Key, texts: tuple[str, ...], values: Iterable[Value]) -> Half:
    return Half(key=key, view=view, texts=texts, statements=[one.statement for one in values])


def _edges(view: View, wanted: set[Key]) -> dict[Key, list[WorldEdge]]:
    found: dict[Key, list[WorldEdge]] = {}
    if wanted:
        for edge in view.edges:
            if edge.downstream in wanted:
                found.setdefault(edge.downstream, []).append(edge)
    return found


@dataclass(frozen=True, slots=True)
class _Bundle:
    """Edges of one kind between two components as one."""

    texts: dict[str, tuple[str, ...]]
    statements: tuple[int, ...]


def _of_kind(
    before: View,
    after: View,
    one: Key,
    other: Key,
    kind: str,
    left: list[WorldEdge],
    right: list[WorldEdge],
) -> Iterator[Changed]:
    """The differences over one kind of edge from a component."""
    old, new = _bundles(left), _bundles(right)

    def half(view: View, key: Key, edges: dict[Key, _Bundle], upstream: Key, name: str) -> Half:
        bundle = edges[upstream]
        texts = bundle.texts.get(name, ())
        return Half(
            key=key, view=view, upstream=upstream, texts=texts, statements=bundle.statements
        )

    if kind in _DERIVATION and old.keys() != new.keys():
        halves = (
            Half(
                key=key, view=view, texts=tuple(sorted(edges)),
                statements=[n for bundle in edges.values() for n in bundle.statements],
            )
            for view, key, edges in ((before, one, old), (after, other, new))
        )  # fmt: skip
        yield changed("derivation", "edge", *halves, edge=kind)
    for upstream in sorted(old.keys() | new.keys()):
        if upstream in old and upstream in new:
            for name in _NAMES:
                sides = (
                    half(before, one, old, upstream, name), half(after, other, new, upstream, name),
                )  # fmt: skip
                if sides[0].texts != sides[1].texts:
                    type_ = "requirement" if name == "requirement" else "property"
                    label = None if name == "requirement" else name
                    yield changed(type_, "edge", *sides, edge=kind, name=label)
        elif kind not in _DERIVATION and upstream in old:
            gone = half(before, one, old, upstream, "requirement")
            yield changed("removed", "edge", gone, None, edge=kind)
        elif kind not in _DERIVATION:
            came = half(after, other, new, upstream, "requirement")
            yield changed("added", "edge", None, came, edge=kind)


_NAMES = ("requirement", "role", "origin", "dependency_scope", "attributes", "unpinned")


def _bundles(edges: Iterable[WorldEdge]) -> dict[Key, _Bundle]:
    groups: dict[Key, list[WorldEdge]] = {}
    for edge in edges:
        groups.setdefault(edge.upstream, []).append(edge)
    return {upstream: _bundle(some) for upstream, some in groups.items()}


def _bundle(edges: list[WorldEdge]) -> _Bundle:
    def texts(found: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(set(found) - {""}))

    return _Bundle(
        texts={
            "requirement": wish_texts(wish for one in edges for wish in one.requirements),
            "role": texts(one.role for one in edges),
            "origin": texts(one.origin for one in edges),
            "dependency_scope": texts(one.dependency_scope for one in edges),
            "attributes": texts(f"{n}={v}" for one in edges for n, v in one.attributes),
            "unpinned": ("true",) if any(one.unpinned for one in edges) else ("false",),
        },
        statements=tuple(number for one in edges for number in one.statements),
    )
