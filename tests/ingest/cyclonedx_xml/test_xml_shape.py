"""XML comes out in the JSON shape: judged by the official JSON schema, and by twins."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path

import jsonschema_rs
import pytest

from lineage.errors import DocumentRefusedError
from lineage.ingest.formats.cyclonedx.xml import to_json

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"
RESOURCES = files("cyclonedx.schema._res")


def _documents(expect: str) -> list[str]:
    manifest = CORPUS / "manifest.json"
    if not manifest.exists():
        return []
    rows = json.loads(manifest.read_text())
    return [
        row["file"]
        for row in rows
        if row["expect"] == expect
        and row["file"].endswith(".xml")
        and b"cyclonedx.org/schema/bom" in (CORPUS / row["file"]).read_bytes()[:2000]
    ]


@cache
def _judge() -> jsonschema_rs.Validator:
    names = ("spdx", "jsf-0.82", "cryptography-defs")
    registry = jsonschema_rs.Registry(
        [
            (
                f"http://cyclonedx.org/schema/{name}.SNAPSHOT.schema.json",
                json.loads(RESOURCES.joinpath(f"{name}.SNAPSHOT.schema.json").read_text()),
            )
            for name in names
        ]
    )
    schema = json.loads(RESOURCES.joinpath("bom-1.7.SNAPSHOT.schema.json").read_text())
    return jsonschema_rs.validator_for(schema, registry=registry)


@pytest.mark.parametrize("name", _documents("valid"))
def test_the_official_json_schema_accepts_what_comes_out(name: str) -> None:
    document, _, findings = to_json((CORPUS / name).read_bytes())
    assert findings == []
    errors = [
        error.message
        for error in _judge().iter_errors(dict(document, specVersion="1.7"))
        # foreign attributes are legal in XML and kept, JSON has no room for them
        if "('foo', 'bar' were unexpected)" not in error.message
    ]
    assert errors == []


@pytest.mark.parametrize("name", _documents("invalid"))
def test_an_invalid_document_is_refused_with_its_line(name: str) -> None:
    with pytest.raises(DocumentRefusedError, match=r"\(line \d+\)"):
        to_json((CORPUS / name).read_bytes())


@pytest.mark.parametrize(
    "stem",
    [
        "1.7/valid-component-external-with-versionRange",
        "1.7/valid-machine-learning-1.7",
        "1.7/valid-saasbom-1.7",
    ],
)
def test_twins_have_one_shape(stem: str) -> None:
    folder = CORPUS / "cyclonedx-spec"
    if not folder.exists():
        pytest.skip("needs ../shared: documents of others; own twins are tested below")
    document, _, _ = to_json((folder / f"{stem}.xml").read_bytes())
    twin = json.loads((folder / f"{stem}.json").read_text())
    twin.pop("$schema")
    for row in twin.get("dependencies", []):
        if row.get("dependsOn") == []:
            del row["dependsOn"]
    assert _folded(document) == _folded(twin)


def _folded(value: object) -> object:
    """White space counts for nothing: XML pretty-printing adds it."""
    if isinstance(value, dict):
        return {key: _folded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_folded(inner) for inner in value]
    return " ".join(value.split()) if isinstance(value, str) else value


SMALL = """<?xml version="1.0"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1">
  <metadata><component type="application" bom-ref="app"><name>chat</name><version>1.0</version>
  </component></metadata>
  <components>
    <component type="machine-learning-model" bom-ref="m"><name>bert</name>
      <hashes><hash alg="SHA-1">68b78babe00a053f9e35ec6a2d9080f5b90122b0</hash></hashes>
      <licenses><expression acknowledgement="declared">Apache-2.0</expression></licenses>
      <modelCard><modelParameters><datasets><ref>d</ref>
        <dataset><type>dataset</type><name>inline</name><sensitiveData>names</sensitiveData>
        <sensitiveData>mail</sensitiveData></dataset></datasets></modelParameters></modelCard>
      <tags><tag>nlp</tag></tags>
    </component>
  </components>
  <dependencies><dependency ref="app"><dependency ref="m"/><provides ref="c"/></dependency>
  <dependency ref="m"/></dependencies>
</bom>"""


def test_what_xml_says_otherwise() -> None:
    document, version, _ = to_json(SMALL.encode())
    model = document["components"][0]
    assert version == "1.6"
    assert model["hashes"] == [
        {"alg": "SHA-1", "content": "68b78babe00a053f9e35ec6a2d9080f5b90122b0"}
    ]
    assert model["licenses"] == [{"expression": "Apache-2.0", "acknowledgement": "declared"}]
    datasets = model["modelCard"]["modelParameters"]["datasets"]
    assert datasets[0] == {"ref": "d"}
    assert datasets[1]["sensitiveData"] == ["names", "mail"]
    assert model["tags"] == ["nlp"]
    assert document["dependencies"] == [
        {"ref": "app", "dependsOn": ["m"], "provides": ["c"]},
        {"ref": "m"},
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<bom", "line 1"),
        (b"<other/>", "no CycloneDX bom"),
        (b'<bom xmlns="http://cyclonedx.org/schema/bom/9.9"/>', "9.9 is not known"),
        (b'<bom xmlns="http://cyclonedx.org/schema/bom/2.0"/>', "2.0 is not known"),
        (
            (
                b'<!DOCTYPE bom [<!ENTITY x "y">]><bom xmlns="http://cyclonedx.org/schema/bom/1.5">'
                b"<components><component type='library'><name>&x;</name></component></components>"
                b"</bom>"
            ),
            "document type declaration",
        ),
    ],
)
def test_what_is_refused_says_why(content: bytes, words: str) -> None:
    with pytest.raises(DocumentRefusedError, match=words):
        to_json(content)


def test_lenient_reads_on_and_tells() -> None:
    broken = SMALL.replace('type="application"', 'type="starship"')
    document, _, findings = to_json(broken.encode(), lenient=True)
    assert document["metadata"]["component"]["type"] == "starship"
    assert any("starship" in finding for finding in findings)
