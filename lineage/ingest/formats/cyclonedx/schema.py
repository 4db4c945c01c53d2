"""The official JSON schemas, compiled once, and their verdict on a document.

The schema files are data inside cyclonedx-python-lib (Apache-2.0); its parser is not used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import jsonschema_rs

from lineage.ingest.formats.cyclonedx.decoder import refused
from lineage.ingest.part import dotted, shortened

# 1.2 and 1.3 have a lax and a strict schema; from 1.4 on there is one, which is strict.
SCHEMAS = {
    "1.2": "bom-1.2-strict.SNAPSHOT.schema.json",
    "1.3": "bom-1.3-strict.SNAPSHOT.schema.json",
    "1.4": "bom-1.4.SNAPSHOT.schema.json",
    "1.5": "bom-1.5.SNAPSHOT.schema.json",
    "1.6": "bom-1.6.SNAPSHOT.schema.json",
    "1.7": "bom-1.7.SNAPSHOT.schema.json",
}
NEWEST = max(SCHEMAS)
_SHARED = (
    "spdx.SNAPSHOT.schema.json",
    "jsf-0.82.SNAPSHOT.schema.json",
    "cryptography-defs.SNAPSHOT.schema.json",
)
# cyclonedx-go writes {"ref": ...} as the XML schema has it, the JSON schema wants the bare text.
_TOLERATED = (re.compile(r"\.patentAssertions\[\d+\]\.asserter$"),)
_BASE = "http://cyclonedx.org/schema/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One schema error: where, what, and the keyword that failed (type, required, ...)."""

    path: str
    location: tuple[str | int, ...]
    reason: str
    keyword: str


def version_of(document: dict[str, Any]) -> str:
    """The specVersion, if it is one that can be read; DocumentRefusedError by name otherwise."""
    version = document.get("specVersion")
    if version is None:
        raise refused("specVersion", "the document does not say which version it is written in")
    if str(version).startswith("2.") or "specFormat" in document:
        raise refused("specVersion", f"CycloneDX {version} is a draft, no released version")
    if version in ("1.0", "1.1"):
        raise refused("specVersion", f"CycloneDX {version} has no JSON form, only XML")
    if not isinstance(version, str) or version not in SCHEMAS:
        known = ", ".join(SCHEMAS)
        raise refused("specVersion", f"'{version}' is unknown; known versions: {known}")
    return version


def schema(version: str) -> dict[str, Any]:
    """The official schema of a version, as plain JSON."""
    return _resource(SCHEMAS[version])


def shared_schema(reference: str) -> dict[str, Any]:
    """A schema that the versions refer to by file name (licence ids, signatures, algorithms)."""
    return _resource(reference)


def is_valid(document: dict[str, Any], version: str) -> bool:
    """Whether the document is valid; much faster than asking why not."""
    return bool(_validator(version).is_valid(document))


def faults(document: dict[str, Any], version: str) -> Iterator[Fault]:
    """Every schema error, with dotted paths like ``components[3].type``."""
    for error in _validator(version).iter_errors(document):
        location = tuple(error.instance_path)
        keyword = str(error.schema_path[-1]) if error.schema_path else ""
        yield Fault(
            path=dotted(location),
            location=location,
            reason=shortened(error.message),
            keyword=keyword,
        )


def tolerated(fault: Fault) -> bool:
    """Whether widely used writers break the schema in just this way, and no meaning is lost."""
    return any(form.search(fault.path) for form in _TOLERATED)


def refuse(found: list[Fault]) -> None:
    """Raise DocumentRefusedError with the first error, how many more, and all of them as data."""
    if not found:
        return
    first, *others = found
    more = f" (and {len(others)} more)" if others else ""
    raise refused(
        first.path,
        first.reason + more,
        faults=[{"path": fault.path, "reason": fault.reason} for fault in found],
    )


@cache
def _validator(version: str) -> Any:
    shared = [(_BASE + name, _resource(name)) for name in _SHARED]
    return jsonschema_rs.Draft7Validator(
        _resource(SCHEMAS[version]),
        validate_formats=True,
        registry=jsonschema_rs.Registry(shared),
        offline=True,
    )


@cache
def _resource(name: str) -> dict[str, Any]:
    text = resources.files("cyclonedx.schema").joinpath("_res", name).read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
