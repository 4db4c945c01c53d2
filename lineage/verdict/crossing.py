"""The change table, by effect: which edges carry, call for a new validation, or only notify."""

from __future__ import annotations

from lineage.vocabulary.changes import CROSSINGS


def kinds(change: str, effect: str) -> frozenset[str]:
    """The edge kinds over which a change of this kind has this effect."""
    return frozenset(
        kind
        for row in CROSSINGS
        if row.effect == effect and change in row.changes and not row.downstream
        for kind in row.edge_kinds
    )


def narrowed(change: str, effect: str) -> dict[str, frozenset[str]]:
    """Edge kinds that have this effect on some kinds of downstream nodes only, with those."""
    found: dict[str, frozenset[str]] = {}
    for row in CROSSINGS:
        if row.effect == effect and change in row.changes and row.downstream:
            for kind in row.edge_kinds:
                found[kind] = found.get(kind, frozenset()) | frozenset(row.downstream)
    return found
