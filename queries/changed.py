"""One typed difference between two sides, and the few types that there are."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

from lineage.model.claim import Requirement
from lineage.model.identity import Key, identify
from lineage.record.view import View
from queries.saying import Saying, sayings

CHANGES = (
    "added", "removed", "version", "requirement", "licence", "digest", "derivation",
    "completeness", "property",
)  # fmt: skip
ELEMENTS = ("assembly", "component", "member", "edge")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One difference. What stood on neither side is null, its texts [].

    ``type`` is added, removed, version, requirement, licence, digest, derivation (what it was
    made from), completeness or property (any other value, ``name`` says which). ``element`` is
    what differs: an assembly, a component everywhere, a member inside an assembly, or an edge
    (from ``key`` to ``upstream``); ``kind`` is that of the component. ``before`` and ``after``
    are its values as texts, sorted.
    """

    type: str
    element: str
    kind: str
    family: str
    key_before: str | None
    key_after: str | None
    assembly_before: str | None
    assembly_after: str | None
    edge: str | None
    upstream_before: str | None
    upstream_after: str | None
    name: str | None
    before: tuple[str, ...]
    after: tuple[str, ...]
    claimed_before: tuple[Saying, ...]
    claimed_after: tuple[Saying, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """What one side says: the component, where, up to where, and the statements that say it."""

    key: Key
    view: View
    assembly: Key | None = None
    upstream: Key | None = None
    texts: tuple[str, ...] = ()
    statements: Iterable[int] = ()
    streams: Container[str] | None = None


def changed(
    type: str,  # noqa: A002 - the name of the field
    element: str,
    before: Half | None,
    after: Half | None,
    *,
    edge: str | None = None,
    name: str | None = None,
) -> Changed:
    """The row of a difference; one of the halves is there."""
    half = after or before
    assert half is not None
    return Changed(
        type=type,
        element=element,
        kind=_kind(half),
        family=identify(half.key).family,
        key_before=before.key if before else None,
        key_after=after.key if after else None,
        assembly_before=before.assembly if before else None,
        assembly_after=after.assembly if after else None,
        edge=edge,
        upstream_before=before.upstream if before else None,
        upstream_after=after.upstream if after else None,
        name=name,
        before=before.texts if before else (),
        after=after.texts if after else (),
        claimed_before=_said(before),
        claimed_after=_said(after),
    )


def order(row: Changed) -> tuple[object, ...]:
    """Rows by type, then assembly, then family."""
    return (
        CHANGES.index(row.type),
        row.assembly_after or row.assembly_before or "",
        ELEMENTS.index(row.element),
        row.family,
        row.key_after or row.key_before or "",
        row.edge or "",
        row.upstream_after or row.upstream_before or "",
        row.name or "",
    )


def wish_texts(wishes: Iterable[Requirement]) -> tuple[str, ...]:
    """Declared requirements as texts: the extras asked for, the range, the condition."""
    found = set()
    for wish in wishes:
        extras = f"[{','.join(wish.extras)}]" if wish.extras else ""
        marker = f"; {wish.marker}" if wish.marker else ""
        found.add(f"{extras}{wish.raw}{marker}")
    return tuple(sorted(found - {""}))


def version_text(key: Key, view: View) -> tuple[str, ...]:
    """The version of a component as a text; () where it has none."""
    node = view.nodes.get(key)
    version = node.version if node else identify(key).version
    return (version,) if version else ()


def _kind(half: Half) -> str:
    node = half.view.nodes.get(half.key)
    return node.kind if node else identify(half.key).kind


def _said(half: Half | None) -> tuple[Saying, ...]:
    return sayings(half.view, half.statements, half.streams) if half else ()
