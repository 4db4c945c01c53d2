"""Views made by hand, asked through the engine that is the judge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lineage.graph.engines.reference import ENGINE
from queries.question import Handle
from tests.snapshots import SnapshotViews, snapshot


@pytest.fixture
def handle_of() -> Callable[..., Handle]:
    """A handle on one snapshot made of holdings."""

    def make(holdings: list[Any], **more: Any) -> Handle:
        views = SnapshotViews(snapshot(holdings, **more))
        return Handle(views=views, engine=ENGINE(views))

    return make
