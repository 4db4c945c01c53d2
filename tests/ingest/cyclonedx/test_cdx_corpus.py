"""Every CycloneDX document of the corpus: read where it is valid, refused with a path where not."""

import json
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lineage.errors import DocumentRefusedError, LineageError
from lineage.ingest.formats.cyclonedx import READER
from lineage.ingest.reader import Circumstance
from lineage.model.identity import Key

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"
WORLD = Circumstance(subject=Key("environment:local/corpus"))


@cache
def documents() -> list[Any]:
    manifest = CORPUS / "manifest.json"
    if not manifest.exists():
        return []
    found = []
    for row in json.loads(manifest.read_text()):
        path = CORPUS / row["file"]
        if path.suffix in (".json", ".xml") and READER.recognises(path.read_bytes(), ""):
            found.append(pytest.param(path, row["expect"], id=row["file"]))
    return found


def refused(content: bytes, circumstance: Circumstance) -> DocumentRefusedError | None:
    try:
        READER.read(content, circumstance)
    except DocumentRefusedError as error:
        return error
    return None


@pytest.mark.parametrize(("path", "expect"), documents())
def test_read_or_refused_with_a_path(path: Path, expect: str) -> None:
    content = path.read_bytes()
    if expect == "valid":
        reading = READER.read(content, WORLD)
        assert reading.claims
        assert all(claim.path for claim in reading.claims)
        assert reading == READER.read(content, WORLD)
        return
    with pytest.raises(DocumentRefusedError) if expect != "either" else suppress(LineageError):
        READER.read(content, WORLD)
    refusal = refused(content, WORLD)
    if refusal is not None:
        assert refusal.data["path"]
        assert refusal.data["reason"]


@pytest.mark.parametrize(("path", "expect"), documents())
def test_lenient_reads_what_can_be_read(path: Path, expect: str) -> None:
    lenient = Circumstance(subject=WORLD.subject, lenient=True)
    content = path.read_bytes()
    refusal = refused(content, lenient)
    if refusal is not None:
        assert expect != "valid"
        assert refusal.data["path"] == "specVersion"
        return
    reading = READER.read(content, lenient)
    assert expect == "valid" or reading.warnings or reading.quarantined
