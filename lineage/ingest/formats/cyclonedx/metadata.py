"""What belongs to the document and not to what it describes: it goes with the submission."""

from __future__ import annotations

from typing import Any

from lineage.ingest.part import Json, objects, section
from lineage.model.claim import json_text

_TOP = (("serialNumber", "serial_number"), ("version", "bom_version"))
_REST = (
    "lifecycles",
    "authors",
    "manufacturer",
    "manufacture",
    "supplier",
    "licenses",
    "properties",
    "distributionConstraints",
)


def facts_of(document: Json, dropped: int) -> tuple[tuple[str, str], ...]:
    """Serial number, BOM version, timestamp, tools by name, and all metadata as JSON texts.

    ``dropped_joins`` counts the joins that were left out because a ref points nowhere.
    """
    metadata = section(document, "metadata")
    facts = [("spec_version", str(document.get("specVersion", "")))]
    facts += [(known, str(document[name])) for name, known in _TOP if name in document]
    if "timestamp" in metadata:
        facts.append(("timestamp", str(metadata["timestamp"])))
    if tools := metadata.get("tools"):
        facts.append(("tools", ", ".join(_tool_names(tools))))
        facts.append(("metadata.tools", json_text(tools)))
    facts += [(f"metadata.{name}", json_text(metadata[name])) for name in _REST if name in metadata]
    if "signature" in document:
        facts.append(("signature", json_text(document["signature"])))
    if dropped:
        facts.append(("dropped_joins", str(dropped)))
    return tuple(facts)


def _tool_names(tools: Any) -> list[str]:
    found = [tools] if isinstance(tools, list) else [tools.get("components"), tools.get("services")]
    return [
        " ".join(str(tool[name]) for name in ("vendor", "name", "version") if tool.get(name))
        for part in found
        for tool, _ in objects(part, "metadata.tools")
    ]
