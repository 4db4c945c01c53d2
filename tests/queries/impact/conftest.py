"""Real stacks: reports of the shared folder in a database of their own, once a session."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lineage import flow
from lineage.graph.engines import csr
from lineage.model.document import Upload
from lineage.record.store import Record
from lineage.record.views import RecordViews
from queries.question import Handle

SHARED = Path(__file__).resolve().parents[4] / "shared"


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Handle]]:
    """An opened database with the public pack and the one stack that is named."""
    if not (SHARED / "pip-reports").is_dir():
        pytest.skip("needs ../shared: documents of others, kept beside the repository")
    opened: list[Record] = []

    @cache
    def handle(name: str) -> Handle:
        place = tmp_path_factory.mktemp("stack") / "lineage.sqlite"
        record = Record.open(f"sqlite:///{place}", create=True, namespace="local")
        opened.append(record)
        flow.load_pack(record)
        report = SHARED / "pip-reports" / f"{name}.json"
        flow.receive(record, Upload(content=report.read_bytes(), name=report.name))
        views = RecordViews(record)
        return Handle(views=views, engine=csr.ENGINE(views))

    yield handle
    for record in opened:
        record.close()


@pytest.fixture(scope="session")
def golden() -> dict[str, dict[str, Any]]:
    """The expected sets by name of the question."""
    file = SHARED / "golden" / "what-breaks.json"
    if not file.is_file():
        pytest.skip("needs ../shared: documents of others, kept beside the repository")
    return {row["id"]: row for row in json.loads(file.read_text("utf-8"))}
