"""Laws of the reader: order never matters, random labels and times are no claims."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from lineage.ingest.formats.cyclonedx import READER
from lineage.ingest.reader import Circumstance
from lineage.model.claim import Component, Edge, OfAssembly
from lineage.model.document import Reading
from lineage.model.encoding import decode, encode
from lineage.model.identity import Key, identify
from lineage.vocabulary.edges import EDGES
from lineage.vocabulary.nodes import NODES
from tests.ingest.cyclonedx.reading import DOCUMENTS

WORLD = Circumstance(subject=Key("environment:local/x"))
CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"
SAMPLES = sorted(DOCUMENTS.glob("*.json"))
REAL = [
    path
    for name in (
        "cyclonedx-bom-examples/SBOM/proton-bridge/proton-bridge-v1.8.0.bom.json",
        "cyclonedx-bom-examples/SBOM/laravel-7.12.0/bom.1.4.json",
        "cyclonedx-spec/1.7/valid-saasbom-1.7.json",
        "sbom-utility/test/cyclonedx/1.7/ml-bom/cyclonedx-qwen-7b.json",
        "manifest-aibom/examples/Qwen2.5-7B-Instruct.json",
    )
    if (path := CORPUS / name).exists()
]


def said(reading: Reading) -> set[Any]:
    return {(claim.statement, claim.assembly) for claim in reading.claims}


def read(document: Any) -> Reading:
    return READER.read(json.dumps(document).encode(), WORLD)


@pytest.mark.parametrize("path", [*SAMPLES, *REAL], ids=lambda path: path.name)
def test_the_order_of_a_document_changes_no_claim(path: Path) -> None:
    document = json.loads(path.read_bytes())
    if path.stem == "image.cdx":
        # Of two components with one ref the first is meant: there the order does matter.
        del document["components"][5]
    before = said(read(document))
    chance = random.Random(3)
    for name in ("components", "services", "dependencies", "vulnerabilities", "compositions"):
        if name in document:
            chance.shuffle(document[name])
    assert said(read(document)) == before


@pytest.mark.parametrize("path", [*SAMPLES, *REAL], ids=lambda path: path.name)
def test_serial_number_time_and_tools_are_no_claims(path: Path) -> None:
    document = json.loads(path.read_bytes())
    before = said(read(document))
    document["version"] = 99
    document.setdefault("metadata", {})["timestamp"] = "2031-01-01T00:00:00Z"
    document["metadata"]["tools"] = [{"vendor": "Other", "name": "writer", "version": "0"}]
    again = read(document)
    assert dict(again.facts)["timestamp"] == "2031-01-01T00:00:00Z"
    if "urn:cdx:" not in path.read_text():
        assert said(again) == before


@pytest.mark.parametrize("path", [*SAMPLES, *REAL], ids=lambda path: path.name)
def test_claims_are_well_formed(path: Path) -> None:
    reading = read(json.loads(path.read_bytes()))
    stated: dict[str, set[str]] = {}
    for claim in reading.claims:
        statement = claim.statement
        assert claim.path
        assert claim.assembly in (None, reading.subject)
        assert decode(encode(statement)) == statement
        if isinstance(statement, Component):
            assert statement.kind in NODES
            assert identify(statement.key).key == statement.key
            stated.setdefault(str(statement.key), set()).add(statement.kind)
    for edge in (c.statement for c in reading.claims if isinstance(c.statement, Edge)):
        assert not isinstance(edge.downstream, OfAssembly)
        assert identify(edge.upstream).key == edge.upstream
        row = EDGES.get(edge.kind)
        if row.upstream:
            assert stated[str(edge.upstream)] & set(row.upstream)


# These two have one name in both forms and say different things.
STRANGERS = ("valid-bom-1.4", "valid-citations-1.7")
TWINS = sorted(
    path
    for path in (CORPUS / "cyclonedx-spec").glob("*/valid-*.json")
    if path.with_suffix(".xml").exists() and path.stem not in STRANGERS
)


@pytest.mark.parametrize("path", TWINS, ids=lambda path: path.name)
def test_json_and_xml_twins_make_the_same_claims(path: Path) -> None:
    twin = READER.read(path.with_suffix(".xml").read_bytes(), WORLD)
    assert said(twin) == said(READER.read(path.read_bytes(), WORLD))
