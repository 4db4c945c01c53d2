"""Pedigree: what a component was made from, what was made from it, its variants and patches."""

from __future__ import annotations

import re
from typing import Any

from lineage.ingest.formats.cyclonedx.fact import code_of, state_code
from lineage.ingest.formats.cyclonedx.naming import Entry
from lineage.ingest.formats.cyclonedx.sheet import Sheet
from lineage.ingest.part import objects, section, texts
from lineage.model.claim import OfComponent

# Relations as Hugging Face tags say them: base_model:RELATION:OWNER/NAME.
RELATIONS = {
    "finetune": "fine_tuned_from",
    "fine_tune": "fine_tuned_from",
    "finetuned": "fine_tuned_from",
    "fine_tuned": "fine_tuned_from",
    "adapter": "adapter_of",
    "lora": "adapter_of",
    "merge": "merged_from",
    "merged": "merged_from",
    "quantized": "quantized_from",
    "quantised": "quantized_from",
    "quantization": "quantized_from",
    "distill": "distilled_from",
    "distilled": "distilled_from",
    "distillation": "distilled_from",
    "prune": "pruned_from",
    "pruned": "pruned_from",
    "convert": "converted_from",
    "converted": "converted_from",
    "conversion": "converted_from",
}
_TAG = re.compile(r"^base_model:([\w-]+):(.+)$")
_RELATION_PROPERTY = re.compile(r"(base_model_relation|base-model-relation|baseModelRelation)$")


def read_pedigree(sheet: Sheet, entry: Entry) -> None:
    """Edges to ancestors, from descendants and to variants, as far as their kinds may be joined.

    What no edge can say is kept as a field.
    """
    pedigree = section(entry.raw, "pedigree")
    path = f"{entry.path}.pedigree"
    about = OfComponent(entry.key)
    for name in ("ancestors", "descendants", "variants"):
        for _, at in objects(pedigree.get(name), f"{path}.{name}"):
            other = sheet.at(at)
            if other is not None and not _join(sheet, entry, other, name, at):
                if other.key != entry.key:
                    sheet.warn(at, f"a {entry.kind} and a {other.kind} cannot be joined so")
                sheet.keep(about, f"pedigree.{name}", other.key, at)
    for commit, at in objects(pedigree.get("commits"), f"{path}.commits"):
        _read_commit(sheet, entry, commit, at)
    for patch, at in objects(pedigree.get("patches"), f"{path}.patches"):
        sheet.keep(about, "pedigree.patches", patch, at)
        address = section(patch, "diff").get("url")
        code = code_of(str(address)) if address else None
        if code is not None and entry.kind in ("framework", "container"):
            state_code(sheet, code, at)
            sheet.link("built_from", entry.key, code, at, attributes=(("as", "patch"),))
    if notes := pedigree.get("notes"):
        sheet.keep(about, "pedigree.notes", notes, path)


def _join(sheet: Sheet, entry: Entry, other: Entry, name: str, path: str) -> bool:
    if name == "variants":
        return sheet.link("variant_of", entry.key, other.key, path)
    younger, older = (entry, other) if name == "ancestors" else (other, entry)
    kinds: tuple[str, ...] = ("derived_from", "built_from", "revision_of")
    if younger.kind == older.kind == "model":
        kinds = (relation_of(younger, older) or relation_of(entry, other) or "derived_from",)
    return sheet.first_legal(kinds, younger.key, older.key, path) is not None


def relation_of(younger: Entry, older: Entry) -> str | None:
    """The kind of derivation that the younger model's tags and properties state for the older."""
    words = list(texts(younger.raw.get("tags")))
    relations: set[str] = set()
    for item, _ in objects(younger.raw.get("properties"), ""):
        name, value = str(item.get("name", "")), str(item.get("value", ""))
        if _RELATION_PROPERTY.search(name) and (kind := RELATIONS.get(_word(value))):
            relations.add(kind)
        words.extend(part.strip() for part in value.split(","))
        words.append(f"{name}:{value}")
    for word in words:
        if (found := _TAG.match(word)) and (kind := RELATIONS.get(_word(found[1]))):
            if _same_model(found[2], older.name):
                return kind
            relations.add(kind)
    return relations.pop() if len(relations) == 1 else None


def _same_model(tagged: str, name: str) -> bool:
    return tagged.lower() == name.lower() or tagged.lower().endswith(f"/{name.lower()}")


def _word(text: str) -> str:
    return text.strip().lower().replace("-", "_")


def _read_commit(sheet: Sheet, entry: Entry, commit: dict[str, Any], path: str) -> None:
    about = OfComponent(entry.key)
    address, uid = commit.get("url"), commit.get("uid")
    code = code_of(str(address), str(uid) if uid else None) if address else None
    if code is None and uid:
        code = sheet.naming.scoped("code", entry.name, version=str(uid))
    if code is None:
        sheet.keep(about, "pedigree.commits", commit, path)
        return
    state_code(sheet, code, path)
    sheet.keep(OfComponent(code), "pedigree.commits", commit, path)
    if not sheet.link("built_from", entry.key, code, path):
        sheet.keep(about, "pedigree.commits", commit, path)
