"""Identity classes: which keys are one thing, and under which of them it is shown.

``same_as`` is an equivalence. Nothing of it is stored: where the claims that join two keys are
closed, the next view has the old classes again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lineage.errors import KeyMalformedError
from lineage.model.claim import Edge, OfComponent, Property
from lineage.model.identity import Key, identify, shown_first
from lineage.record.claimed import Claimed, Says

_JOIN = "same_as"
_ALIAS = "alias"


def joins(claimed: Claimed) -> list[tuple[Key, Key]]:
    """The pairs of keys that are claimed to be one: by ``same_as`` and by aliases that are keys."""
    found = []
    for at in claimed.where(Says.WORLD_EDGE, Says.VALUE):
        match claimed.statements[at]:
            case Edge(kind=kind, downstream=OfComponent(key), upstream=other) if kind == _JOIN:
                found.append((key, other))
            case Property(subject=OfComponent(key), name=name, state="value") as claim if (
                name == _ALIAS
            ):
                alias = alias_of(key, claim)
                if alias is not None:
                    found.append((key, alias))
    return found


def classes(pairs: Iterable[tuple[Key, Key]]) -> dict[Key, Key]:
    """The shown key of every key that is joined with another."""
    parent: dict[Key, Key] = {}

    def root(key: Key) -> Key:
        parent.setdefault(key, key)
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for left, right in pairs:
        parent[root(left)] = root(right)
    sets: dict[Key, list[Key]] = {}
    for key in parent:
        sets.setdefault(root(key), []).append(key)
    return {
        key: shown
        for members in sets.values()
        if len(members) > 1
        for shown in [shown_first(members)]
        for key in members
    }


def class_members(canonical: Mapping[Key, Key]) -> dict[Key, tuple[Key, ...]]:
    """Shown key to every key of its class, sorted."""
    found: dict[Key, list[Key]] = {}
    for key, shown in canonical.items():
        found.setdefault(shown, []).append(key)
    return {shown: tuple(sorted(keys)) for shown, keys in found.items()}


def alias_of(key: Key, claim: Property) -> Key | None:
    """The key that an alias says is this one too; None where it is a mere name."""
    text = claim.decoded()
    if not isinstance(text, str):
        return None
    try:
        alias, own = identify(text), identify(key)
    except KeyMalformedError:
        return None
    # A name without a version is a pointer to many versions: joining it would join them all.
    versioned = (alias.version is None) == (own.version is None)
    return alias.key if versioned or "digest" in (alias.form, own.form) else None
