"""What engine scenarios share: they run on every engine, and ask in one line."""

from __future__ import annotations

import pytest

from lineage.graph.engine import Direction, Engine, Place, Walk
from lineage.model.revision import At
from lineage.record.snapshot import Snapshot
from tests.conformance.discovery import ENGINES, MakesEngine
from tests.snapshots import SnapshotViews

on_every_engine = pytest.mark.parametrize("make", ENGINES.values(), ids=list(ENGINES))
NOW = At()


def over(make: MakesEngine, *snapshots: Snapshot) -> Engine:
    """An engine at the newest of these snapshots."""
    engine = make(SnapshotViews(*snapshots))
    engine.apply(NOW)
    return engine


def impact(
    engine: Engine, component: str, assembly: str | None = None, at: At = NOW
) -> dict[Place, int]:
    """What leans on it, with depths."""
    walk = Walk(starts=((component, assembly),), direction=Direction.DOWNSTREAM, at=at)  # type: ignore[arg-type]
    return dict(engine.reach(walk).depths())


def provenance(
    engine: Engine, component: str, assembly: str | None = None, at: At = NOW
) -> dict[Place, int]:
    """What it leans on or was made from, with depths."""
    walk = Walk(starts=((component, assembly),), direction=Direction.UPSTREAM, at=at)  # type: ignore[arg-type]
    return dict(engine.reach(walk).depths())


def wholes(reached: dict[Place, int]) -> set[str]:
    """The components that are reached as a whole, outside of any assembly."""
    return {component for component, assembly in reached if assembly is None}
