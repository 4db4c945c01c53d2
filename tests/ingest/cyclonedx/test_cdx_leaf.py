"""The leaf table is complete, holds nothing stale, and tells the truth about every leaf."""

from __future__ import annotations

from typing import Any

import pytest

from lineage.ingest.formats.cyclonedx import READER
from lineage.ingest.formats.cyclonedx.leaf import leaf_of, table
from lineage.ingest.reader import Circumstance
from lineage.model.document import Reading
from tests.ingest.cyclonedx.schema_walk import leaf_nodes, leaves

ALL = leaf_nodes("1.7")
# What has to stand beside a leaf for it to mean anything, by the end of the path of its holder.
BESIDE: dict[str, dict[str, Any]] = {
    "component": {"type": "library", "name": "thing"},
    "components[]": {"type": "library", "name": "thing"},
    "services[]": {"name": "chat"},
    "workflows[]": {"uid": "w1", "name": "train"},
    "tasks[]": {"uid": "t1", "name": "fit"},
    "modelCard": {},
    "supplier": {"name": "Acme"},
    "manufacturer": {"name": "Acme"},
    "provider": {"name": "Acme"},
    "authors[]": {"name": "Ada"},
    "licenses[]": {"expression": "MIT"},
    "license": {"name": "Own"},
    "hashes[]": {"alg": "SHA-256", "content": "aa"},
    "externalReferences[]": {"url": "https://example.com/x", "type": "website"},
    "properties[]": {"name": "colour", "value": "red"},
    "commits[]": {"uid": "1", "url": "https://example.com/r/c"},
    "dependencies[]": {"ref": "alpha"},
    "taskDependencies[]": {"ref": "alpha", "dependsOn": ["beta"]},
    "compositions[]": {"aggregate": "complete"},
    "vulnerabilities[]": {"id": "CVE-1"},
    "affects[]": {"ref": "alpha"},
    "versions[]": {},
    "datasets[]": {"type": "dataset", "name": "corpus"},
    "data[]": {"type": "dataset", "flow": "inbound", "classification": "public"},
    "annotations[]": {"subjects": ["alpha"], "text": "seen"},
    "citations[]": {"attributedTo": "alpha"},
    "owners[]": {},
    "parameters[]": {"name": "lr", "value": "1"},
}
REFS = [
    {"type": "machine-learning-model", "bom-ref": "alpha", "name": "alpha", "version": "1"},
    {"type": "machine-learning-model", "bom-ref": "beta", "name": "beta", "version": "1"},
]


def test_every_leaf_of_the_schema_stands_in_the_table() -> None:
    assert len(ALL) > 8000
    assert sorted(path for path in ALL if leaf_of(path) is None) == []


def test_no_row_is_stale() -> None:
    used = {row.pattern for path in ALL if (row := leaf_of(path)) is not None}
    assert sorted(set(table()) - used) == []


@pytest.mark.parametrize("version", ["1.3", "1.4", "1.5", "1.6"])
def test_older_versions_have_no_leaf_that_is_unlisted(version: str) -> None:
    assert sorted(path for path in leaves(version) if leaf_of(path) is None) == []


def test_an_unlisted_leaf_is_noticed() -> None:
    assert leaf_of("components[].colour") is None
    assert leaf_of("components[].evidence.colour") is not None


@pytest.mark.parametrize("top", sorted({path.partition(".")[0] for path in ALL}))
def test_a_changed_leaf_changes_what_is_read_unless_it_is_ignored(top: str) -> None:
    liars = []
    for path, node in ALL.items():
        if path.partition(".")[0] != top:
            continue
        row = leaf_of(path)
        assert row is not None
        first, second = (_read(path, value) for value in _two_values(node, path))
        if (_said(first) == _said(second)) != (row.treatment == "ignored"):
            liars.append(f"{path}: {row.treatment}")
    assert liars == []


def _said(reading: Reading) -> Any:
    claims = {(claim.statement, claim.assembly) for claim in reading.claims}
    return reading.subject, claims, reading.facts


def _read(path: str, value: Any) -> Reading:
    document: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.7",
        "metadata": {"component": {"type": "machine-learning-model", "name": "root"}},
        "components": [],
    }
    _put(document, path, value)
    document["components"] += REFS
    return READER.map(document, Circumstance())


def _put(document: dict[str, Any], path: str, value: Any) -> None:
    holder: Any = document
    parts = path.split(".")
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        name, depth = part.rstrip("[]"), part.count("[]")
        if last:
            for _ in range(depth):
                value = [value]
            holder[name] = value
            return
        beside = dict(BESIDE.get(part, {}))
        following = parts[number + 1]
        if part == "licenses[]" and following.startswith("license"):
            beside = {}
        if part in ("data[]", "datasets[]") and following == "ref":
            beside = {}
        if part == "datasets[]" or (part == "modelCard" and "type" in holder):
            _as_model(document, parts)
        if depth:
            inner: Any = holder.setdefault(name, [])
            if not inner:
                inner.append(beside)
            holder = inner[0]
        else:
            holder = holder.setdefault(name, beside)


def _as_model(document: dict[str, Any], parts: list[str]) -> None:
    holder: Any = document
    for part in parts[: parts.index("modelCard")]:
        holder = holder[part.rstrip("[]")]
        holder = holder[0] if isinstance(holder, list) else holder
    holder["type"] = "machine-learning-model"


def _two_values(node: dict[str, Any], path: str) -> tuple[Any, Any]:
    if "enum" in node and len(node["enum"]) > 1:
        return node["enum"][0], node["enum"][-1]
    kind = node.get("type")
    if kind == "boolean":
        return True, False
    if kind in ("integer", "number"):
        return 1, 2
    if path.endswith("purl"):
        return "pkg:pypi/alpha@1", "pkg:pypi/beta@1"
    return "alpha", "beta"
