"""Compositions: how complete a part of the BOM is, in its author's words."""

from __future__ import annotations

from lineage.ingest.formats.cyclonedx.sheet import Sheet
from lineage.ingest.part import objects, texts
from lineage.model.claim import OfComponent
from lineage.model.identity import Key

_PARTS = ("assemblies", "dependencies", "vulnerabilities")


def read_compositions(sheet: Sheet, vulnerabilities: dict[str, Key]) -> dict[Key, str]:
    """Claim ``completeness`` per ref and part; a composition without refs is about the whole BOM.

    Also claims what is known of the ``dependencies`` of a ref, and returns that by key.
    """
    known: dict[Key, str] = {}
    for composition, path in objects(sheet.document.get("compositions"), "compositions"):
        aggregate = str(composition.get("aggregate", "not_specified"))
        extra = {k: v for k, v in composition.items() if k not in ("aggregate", "bom-ref", *_PARTS)}
        if not any(composition.get(part) for part in _PARTS):
            value = {"aggregate": aggregate, "part": "document", **extra}
            sheet.tell(OfComponent(sheet.subject), "completeness", value, path)
        for part in _PARTS:
            for number, ref in enumerate(texts(composition.get(part))):
                key = _key_of(sheet, ref, vulnerabilities)
                if key is None:
                    sheet.dangling(ref, f"{path}.{part}[{number}]")
                    continue
                value = {"aggregate": aggregate, "part": part, **extra}
                sheet.tell(OfComponent(key), "completeness", value, path)
                word = _word(aggregate)
                if part == "dependencies" and word:
                    known[key] = word
                    sheet.tell(OfComponent(key), "dependencies", word, path)
    return known


def _key_of(sheet: Sheet, ref: str, vulnerabilities: dict[str, Key]) -> Key | None:
    entry = sheet.resolve(ref)
    return entry.key if entry else vulnerabilities.get(ref)


def _word(aggregate: str) -> str | None:
    if aggregate in ("complete", "unknown"):
        return aggregate
    return "incomplete" if aggregate.startswith("incomplete") else None
