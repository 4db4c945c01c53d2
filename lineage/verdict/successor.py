"""Successors of a renamed family: their known versions in the target, the newest as a fix."""

from __future__ import annotations

from lineage.model.identity import Key, at_version
from lineage.verdict.outcome import Fix
from lineage.verdict.pack import Pack, Successor
from lineage.verdict.provision import Provisions
from lineage.verdict.span import Span, numbers
from lineage.verdict.subject import known
from lineage.verdict.target import Target, greatest


def heirs(pack: Pack, family: Key, target: Target) -> tuple[Successor, ...]:
    """Who takes the family's place at the target's value of the target's capability."""
    to = target.to
    return tuple(
        one
        for one in pack.successors(family)
        if to is not None
        and (one.capability is None or one.capability == target.key)
        and (one.major is None or _at(one, to.text, target))
    )


def _at(heir: Successor, value: str, target: Target) -> bool:
    if heir.major is None or Span(heir.major, target.scheme).meets(value):
        return True
    return heir.onward and numbers(heir.major) <= numbers(value)[: len(numbers(heir.major))]


def versions_at(pack: Pack, provisions: Provisions, family: Key, target: Target) -> tuple[str, ...]:
    """The known versions of a provider that give the target's value."""
    if target.to is None:
        return ()
    return tuple(
        version
        for version in pack.versions(family)
        if any(
            target.to.touches(one.value)
            for one in provisions.given(at_version(family, version), target.key)
        )
    )


def heir_versions(
    pack: Pack, provisions: Provisions, heir: Successor, target: Target
) -> tuple[str, ...]:
    """The known versions of a successor in the target: all that do not give another value."""
    if target.to is None:
        return ()
    found = []
    for version in pack.versions(heir.family):
        given = provisions.given(at_version(heir.family, version), target.key)
        if not given or any(target.to.touches(one.value) for one in given):
            found.append(version)
    return tuple(found)


def newest_heir(pack: Pack, provisions: Provisions, family: Key, target: Target) -> Fix | None:
    """The counterpart of a family for the target's value, at its newest known release."""
    for one in heirs(pack, family, target):
        found = known(one.family)
        newest = greatest(
            heir_versions(pack, provisions, one, target), found.scheme if found else "opaque"
        )
        if newest:
            return Fix(action="replace", key=one.family, version=newest)
    return None
