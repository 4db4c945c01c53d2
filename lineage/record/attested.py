"""Attestations that have expired: they no longer count, and are shown as what they were.

The day is that of the revision that is seen, so that the same question at the same revision has
the same answer for ever.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from lineage.model.claim import OfComponent, OfFamily, Property, Statement
from lineage.model.identity import Key
from lineage.record.pointer import Resolver
from lineage.record.snapshot import LiveHolding, Snapshot
from lineage.record.source import source_of
from lineage.record.view import Expired
from lineage.vocabulary.properties import ATTESTATION


def expiry(statements: Iterable[Statement]) -> date | None:
    """The last day on which what an attestation states counts; None for what is none."""
    for one in statements:
        if isinstance(one, Property) and one.name == ATTESTATION:
            told = one.decoded()
            try:
                return date.fromisoformat(told["expires"])
            except (KeyError, TypeError, ValueError):
                return None
    return None


def expired(
    snapshot: Snapshot, holdings: Iterable[LiveHolding], resolver: Resolver
) -> dict[Key, tuple[Expired, ...]]:
    """What the holdings of expired attestations say, by component or family; newest first."""
    found: dict[Key, list[Expired]] = {}
    for held in holdings:
        said = [snapshot.statements[number] for number in held.statements.tolist()]
        claims = [one for one in said if isinstance(one, Property)]
        beside: Any = next((one.decoded() for one in claims if one.name == ATTESTATION), {})
        for claim in claims:
            match claim.subject:
                case OfComponent(key) | OfFamily(key):
                    pass
                case _:
                    continue
            if claim.name == ATTESTATION:
                continue
            row = Expired(
                name=claim.name,
                value=claim.decoded(),
                state=claim.state,
                attestation=beside,
                source=source_of(snapshot.slots, held),
            )
            found.setdefault(resolver.shown(key), []).append(row)
    return {key: tuple(sorted(rows, key=_order)) for key, rows in sorted(found.items())}


def _order(row: Expired) -> tuple[str | int, ...]:
    return (row.name, -row.source.revision, row.source.slot, row.source.stream)
