"""The change table, by effect: which edges carry, call for a new validation, or only notify."""

from __future__ import annotations

from lineage.vocabulary.changes import CROSSINGS


def kinds(change: str, effect: str) -> frozenset[str]:
    """The edge kinds over which a change of this kind has this effect."""
    return frozenset(
        kind
        for row in CROSSINGS
        if row.effect == effect and change in row.changes
        for kind in row.edge_kinds
    )
