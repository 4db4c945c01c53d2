"""What is refused, what is set aside, and that nothing ends in a stack trace."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from lineage.errors import DocumentRefusedError, LineageError, SubjectMissingError
from lineage.ingest.formats.cyclonedx import READER
from lineage.ingest.reader import Circumstance
from lineage.model.identity import Key
from tests.ingest.cyclonedx.reading import DOCUMENTS, members, values

HEAD = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1}
LENIENT = Circumstance(subject=Key("environment:local/x"), lenient=True)
STRICT = Circumstance(subject=Key("environment:local/x"))


def refusal(content: bytes) -> str:
    with pytest.raises(DocumentRefusedError) as caught:
        READER.read(content, STRICT)
    assert caught.value.data["path"]
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"bomFormat":"CycloneDX","bomFormat":"CycloneDX"}', "'bomFormat' stands twice"),
        (b'{"version":NaN}', "NaN is not a JSON number"),
        (b'{"version":1e999}', "too large"),
        (b'{"version":123456789012345678901}', "64 bits"),
        (b'{"version":' + b"9" * 5000 + b"}", "digits"),
        (b'{"a":"\\ud800"}', "half a surrogate"),
        (b'{"a":' + b"[" * 300 + b"]" * 300 + b"}", "nested deeper"),
        (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested deeper"),
        (b'{"a":"\xff"}', "not valid utf-8"),
        (b"[]", "object is expected"),
        (b"", "not valid JSON"),
        (b'{"a":', "line 1, column 6"),
    ],
)
def test_ambiguous_or_unbounded_json(content: bytes, reason: str) -> None:
    assert reason in refusal(content)


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        ("9.9", "'9.9' is unknown; known versions: 1.2, 1.3, 1.4, 1.5, 1.6, 1.7"),
        ("2.0", "CycloneDX 2.0 is a draft"),
        ("1.0", "only XML"),
        (1.6, "unknown"),
        (None, "does not say which version"),
    ],
)
def test_a_version_is_refused_by_name(version: Any, reason: str) -> None:
    assert reason in refusal(json.dumps({**HEAD, "specVersion": version}).encode())


def test_the_first_fault_is_named_and_the_others_counted() -> None:
    components = [{"type": "library", "name": "a"}, {"type": "alien", "name": 5}]
    with pytest.raises(DocumentRefusedError) as caught:
        READER.read(json.dumps({**HEAD, "components": components}).encode(), STRICT)
    assert "components[1]." in str(caught.value)
    assert "(and 1 more)" in str(caught.value)
    assert {fault["path"] for fault in caught.value.data["faults"]} == {
        "components[1].type",
        "components[1].name",
    }


def test_formats_of_values_are_checked() -> None:
    document = {**HEAD, "metadata": {"timestamp": "yesterday"}}
    assert "metadata.timestamp" in refusal(json.dumps(document).encode())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_other_encodings_are_the_same_document(encoding: str) -> None:
    text = (DOCUMENTS / "service.cdx.json").read_text()
    content = text.encode(encoding)
    assert READER.recognises(content, "")
    assert READER.read(content, STRICT) == READER.read(text.encode(), STRICT)


def test_without_a_subject() -> None:
    content = json.dumps({**HEAD, "components": [{"type": "library", "name": "a"}]}).encode()
    with pytest.raises(SubjectMissingError):
        READER.read(content, Circumstance())
    reading = READER.read(content, STRICT)
    assert (reading.subject, reading.own_subject) == ("environment:local/x", False)
    assert members(reading) == {"framework:local/a"}


def test_lenient_sets_aside_what_has_the_wrong_shape_and_reads_the_rest() -> None:
    components = [
        {"type": "library", "name": "good", "version": "1", "licenses": [{"license": {"id": "X"}}]},
        {"type": "library", "version": "1"},
        "no component",
        {"type": "alien", "name": "odd", "colour": "red", "supplier": "Acme"},
    ]
    reading = READER.read(json.dumps({**HEAD, "components": components}).encode(), LENIENT)
    assert members(reading) == {"framework:local/good@1", "framework:local/odd"}
    assert {bad.path: bad.raw for bad in reading.quarantined} == {
        "components[0].licenses": [{"license": {"id": "X"}}],
        "components[1]": {"type": "library", "version": "1"},
        "components[2]": "no component",
        "components[3].supplier": "Acme",
    }
    assert any(warning.startswith("components[3].type") for warning in reading.warnings)
    # an unknown field is kept
    extensions = values(reading, "framework:local/odd", "extension")
    assert extensions == [{"field": "colour", "value": "red"}]


def test_lenient_xml_sets_aside_what_has_the_wrong_shape() -> None:
    content = b"""<bom xmlns="http://cyclonedx.org/schema/bom/1.1" version="1"><components>
        <component type="library"><name>a</name><version>1</version><purl><purl>x</purl></purl>
        </component></components></bom>"""
    with pytest.raises(DocumentRefusedError):
        READER.read(content, STRICT)
    reading = READER.read(content, LENIENT)
    assert members(reading) == {"framework:local/a@1"}
    assert [bad.path for bad in reading.quarantined] == ["components[0].purl"]
    assert reading.warnings


def test_a_widely_used_writer_is_forgiven() -> None:
    asserted = {"assertionType": "license", "asserter": {"ref": "a"}}
    component = {"type": "library", "bom-ref": "a", "name": "a", "patentAssertions": [asserted]}
    document = {**HEAD, "specVersion": "1.7", "components": [component]}
    reading = READER.read(json.dumps(document).encode(), STRICT)
    assert reading.warnings
    assert members(reading) == {"framework:local/a"}


@pytest.mark.parametrize("path", sorted(DOCUMENTS.glob("*.json")), ids=lambda path: path.stem)
@pytest.mark.parametrize("lenient", [False, True])
def test_whatever_is_broken_in_a_document_ends_in_words(path: Path, lenient: bool) -> None:
    chance = random.Random(path.name)
    circumstance = LENIENT if lenient else STRICT
    text = path.read_text()
    for _ in range(60):
        document = json.loads(text)
        for _ in range(chance.randint(1, 4)):
            _break(document, chance)
        content = json.dumps(document).encode()
        try:
            reading = READER.read(content, circumstance)
        except LineageError as error:
            assert str(error)  # noqa: PT017 (either outcome is right)
        else:
            assert reading == READER.read(content, circumstance)


def _break(document: Any, chance: random.Random) -> None:
    """Put something wrong, empty or odd in one place of the document."""
    places: list[tuple[Any, Any]] = []
    level: list[Any] = [document]
    while level:
        node = level.pop()
        inner = node.items() if isinstance(node, dict) else enumerate(node)
        for key, child in inner:
            places.append((node, key))
            if isinstance(child, dict | list):
                level.append(child)
    holder, key = chance.choice(places)
    odd = [None, 5, -1.5, True, "", "x", [], {}, [None], {"x": 1}, "pkg:", "a/b//c", "urn:cdx:#"]
    if chance.random() < 0.2 and isinstance(holder, dict):
        del holder[key]
    else:
        holder[key] = chance.choice(odd)
