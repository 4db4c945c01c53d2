"""Data: what a data component holds, its classification, governance and pictures."""

from __future__ import annotations

from typing import Any

from lineage.ingest.formats.cyclonedx.naming import Entry, short_digest
from lineage.ingest.formats.cyclonedx.sheet import Sheet
from lineage.ingest.part import Json, objects, section, texts
from lineage.model.claim import OfComponent
from lineage.model.identity import Key

_ROLES = {
    "train": "training",
    "training": "training",
    "pre-training": "training",
    "pretraining": "training",
    "fine-tuning": "training",
    "finetuning": "training",
    "val": "validation",
    "validation": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
    "eval": "test",
    "evaluation": "test",
    "rag": "grounding",
    "retrieval": "grounding",
    "grounding": "grounding",
}
_STAGE = "cdx:ai-ml:dataset:stage"


def read_data(sheet: Sheet, key: Key, value: Any, path: str) -> None:
    """The entries of ``component.data``, as facts of that component."""
    for data, at in objects(value, path):
        read_data_facts(sheet, key, data, at)


def read_data_facts(sheet: Sheet, key: Key, data: Json, path: str) -> None:
    """One componentData: type, contents, classification, sensitive data, governance, graphics."""
    about = OfComponent(key)
    for name, known in (
        ("type", "data_type"),
        ("classification", "classification"),
        ("description", "description"),
    ):
        if text := data.get(name):
            sheet.tell(about, known, text, path)
    for text in texts(data.get("sensitiveData")):
        sheet.tell(about, "sensitive_data", text, path)
    content = {name: data[name] for name in ("name", "contents") if name in data}
    if content:
        sheet.tell(about, "data_content", content, path)
    read_governance(sheet, key, data.get("governance"), path)
    read_graphics(sheet, key, data.get("graphics"), path)


def read_governance(sheet: Sheet, key: Key, value: Any, path: str) -> None:
    """Custodians, stewards and owners whole; an owner is who answers for the data."""
    if not isinstance(value, dict) or not value:
        return
    about = OfComponent(key)
    sheet.tell(about, "governance", value, path)
    for owner, _ in objects(value.get("owners"), path):
        entity = section(owner, "organization") or section(owner, "contact")
        agent = sheet.agent(entity, path)
        if agent is not None:
            sheet.tell(about, "owner", entity.get("name") or entity.get("email"), path)
            sheet.link("owned_by", key, agent, path)


def read_graphics(sheet: Sheet, key: Key, value: Any, path: str) -> None:
    """Each picture of a collection: name, image and the collection's description."""
    if not isinstance(value, dict):
        return
    about = OfComponent(key)
    pictures = list(objects(value.get("collection"), path))
    caption = {"description": value["description"]} if value.get("description") else {}
    for picture, _ in pictures:
        sheet.tell(about, "graphic", {**picture, **caption}, path)
    if caption and not pictures:
        sheet.tell(about, "graphic", caption, path)


def role_of(properties: Any) -> str:
    """The role of a dataset by the CycloneDX taxonomy's stage property; else unspecified."""
    for item, _ in objects(properties, ""):
        if item.get("name") == _STAGE:
            stage = str(item.get("value", "")).strip().lower().replace("_", "-")
            return _ROLES.get(stage, "unspecified")
    return "unspecified"


def inline_entry(sheet: Sheet, data: Json, path: str) -> Entry:
    """A dataset without identity: named by name and address, scoped to the subject's family."""
    name = str(data.get("name") or "").strip()
    address = str(section(data, "contents").get("url") or "").strip()
    if name and address:
        text = f"{name}+{short_digest(address)}"
    else:
        text = name or address or f"dataset+{short_digest(repr(sorted(data.items(), key=str)))}"
    key = sheet.naming.scoped("dataset", text)
    sheet.kinds[key] = "dataset"
    shown = name or address or "dataset"
    return Entry(
        key=key, kind="dataset", name=shown, version=None, raw_kind="data", path=path, raw=data
    )
