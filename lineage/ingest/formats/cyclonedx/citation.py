"""Who says what about which part: annotations, citations, declarations and definitions, kept."""

from __future__ import annotations

import re
from typing import Any

from lineage.ingest.formats.cyclonedx.fact import read_properties, read_references
from lineage.ingest.formats.cyclonedx.sheet import Sheet
from lineage.ingest.part import Json, objects, texts
from lineage.model.claim import OfComponent
from lineage.model.identity import Key

_WHOLE = ("declarations", "definitions")


def read_remarks(sheet: Sheet, vulnerabilities: dict[str, Key]) -> None:
    """Everything at the top of the document that speaks about other parts, or about the whole."""
    document, subject = sheet.document, sheet.subject
    about = OfComponent(subject)
    read_references(
        sheet, subject, sheet.subject_kind, document.get("externalReferences"), "externalReferences"
    )
    read_properties(sheet, about, document.get("properties"), "properties")
    for annotation, path in objects(document.get("annotations"), "annotations"):
        _read_annotation(sheet, annotation, path, vulnerabilities)
    for citation, path in objects(document.get("citations"), "citations"):
        for key in _cited(sheet, citation):
            sheet.keep(OfComponent(key), "citations", citation, path)
    for name in _WHOLE:
        if document.get(name):
            sheet.keep(about, name, document[name], name)


def _read_annotation(
    sheet: Sheet, annotation: Json, path: str, vulnerabilities: dict[str, Key]
) -> None:
    keys: list[Key] = []
    for number, ref in enumerate(texts(annotation.get("subjects"))):
        entry = sheet.resolve(ref)
        key = entry.key if entry else vulnerabilities.get(ref)
        if key is None:
            sheet.dangling(ref, f"{path}.subjects[{number}]")
        else:
            keys.append(key)
    for key in dict.fromkeys(keys or [sheet.subject]):
        sheet.keep(OfComponent(key), "annotations", annotation, path)


def _cited(sheet: Sheet, citation: Json) -> list[Key]:
    """The components that the pointers lead into; the subject for all that leads elsewhere."""
    found: list[Key] = []
    for pointer in texts(citation.get("pointers")):
        entry = sheet.around(_dotted(pointer))
        found.append(entry.key if entry else sheet.subject)
    return list(dict.fromkeys(found)) or [sheet.subject]


def _dotted(pointer: str) -> str:
    """``#/components/0/name`` as ``components[0].name``."""
    parts = pointer.removeprefix("#").strip("/").split("/")
    return re.sub(r"\.(\d+)(?=\.|$)", r"[\1]", ".".join(_unescape(part) for part in parts))


def _unescape(part: str) -> Any:
    return part.replace("~1", "/").replace("~0", "~")
