"""The cost of reading a large bill of materials (design section 10)."""

from __future__ import annotations

import time

import pytest

from lineage.ingest.formats.cyclonedx import READER
from lineage.ingest.reader import Circumstance
from lineage.model.claim import Edge, Member
from tests.benchmarks.bom import bom


def test_every_component_and_line_of_a_generated_bom_is_read() -> None:
    reading = READER.read(bom(500), Circumstance())
    assert sum(isinstance(claim.statement, Member) for claim in reading.claims) == 500
    lines = {
        (c.statement.downstream, c.statement.upstream)
        for c in reading.claims
        if isinstance(c.statement, Edge) and c.statement.kind == "depends_on"
    }
    assert len(lines) > 1000
    assert not reading.warnings
    assert not reading.quarantined


@pytest.mark.long
def test_twelve_megabytes_are_validated_and_read_in_a_second_and_a_half() -> None:
    content = bom()
    assert len(content) > 12_000_000
    READER.read(bom(10), Circumstance())  # the schema is compiled once a process
    best = min(_seconds(content) for _ in range(5))
    assert best <= 1.5, f"{best:.2f} s"


def _seconds(content: bytes) -> float:
    start = time.process_time()
    READER.read(content, Circumstance())
    return time.process_time() - start
