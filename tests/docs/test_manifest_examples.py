"""Every `lineage.yaml` that is shown is valid by the schema that is published."""

from __future__ import annotations

import json

import jsonschema_rs
import pytest

from lineage.ingest.formats.manifest import READER
from lineage.ingest.formats.manifest.text import parse
from lineage.model.document import Circumstance
from tests.docs.console import ROOT, blocks

PUBLISHED = json.loads((ROOT / "docs" / "reference" / "lineage.schema.json").read_bytes())
SAMPLE = ROOT / "tests" / "documents" / "manifest" / "lineage.yaml"
SHOWN = [
    pytest.param(text.encode(), id=f"{page.name}:{line}")
    for page in sorted((ROOT / "docs").rglob("*.md"))
    for line, text in blocks(page, "yaml")
    if text.startswith("lineage: ")
]


@pytest.mark.parametrize("content", [pytest.param(SAMPLE.read_bytes(), id="sample"), *SHOWN])
def test_an_example_is_valid_and_read(content: bytes) -> None:
    jsonschema_rs.validate(PUBLISHED, parse(content).value)
    reading = READER.read(content, Circumstance(name="lineage.yaml"))
    assert reading.claims
    assert not reading.quarantined


def test_an_example_is_shown() -> None:
    assert SHOWN


@pytest.mark.parametrize(
    "damage",
    ["properties: [x]\n", "edges: [{kind: made_up, upstream: 'model:a/b'}]\n", "more: 1\n"],
)
def test_what_is_wrong_is_refused_by_the_published_schema(damage: str) -> None:
    document = parse(f"lineage: 1\nsubject: service:acme/chat\n{damage}".encode()).value
    assert not jsonschema_rs.is_valid(PUBLISHED, document)


def test_the_schema_is_one() -> None:
    jsonschema_rs.meta.validate(PUBLISHED)
