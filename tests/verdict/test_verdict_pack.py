"""Rows of knowledge by who says them: a tenant's own pack counts before the public one."""

from __future__ import annotations

import pytest

from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.record.snapshot import SlotState
from lineage.verdict.pack import Pack
from tests.snapshots import Held, SnapshotViews, snapshot
from tests.verdict.invented import GLOW, fact

KEY = Key("capability:glow")
OWN = [fact("capability:glow", "capability", scheme="dotted", contract="none", **{"from": "host"})]


def _slot(stream: str, precedence: str) -> SlotState:
    return SlotState(stream=stream, slot="pack", subject=None, revision=1, precedence=precedence)


@pytest.mark.parametrize(
    ("public", "own", "contract"),
    [("a-public", "z-own", "none"), ("z-public", "a-own", "none"), ("a-public", "", "major")],
)
def test_the_tenants_own_word_on_a_capability_counts(public: str, own: str, contract: str) -> None:
    held: list[Held] = [(public, "pack", None, GLOW, 1)]
    slots = [_slot(public, "public-pack")]
    if own:
        held.append((own, "pack", None, OWN, 1))
        slots.append(_slot(own, "tenant-pack"))
    rule = Pack(SnapshotViews(snapshot(held, slots=slots)).view(At())).rule(KEY)
    assert (rule.contract, rule.outside) == (contract, bool(own))
