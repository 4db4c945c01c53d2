"""Datasets that a BOM lists beside its model without saying why: an inferred edge, low in trust."""

from __future__ import annotations

import re

from lineage.ingest.formats.cyclonedx.data import role_of
from lineage.ingest.formats.cyclonedx.naming import Entry
from lineage.ingest.formats.cyclonedx.sheet import Sheet
from lineage.ingest.part import objects
from lineage.model.claim import Edge, OfComponent
from lineage.model.identity import Key, identify

CONFIDENCE = 0.3
_WEIGHTS = re.compile(
    r"\.(safetensors|gguf|bin|pt|pth|onnx|h5|msgpack|ckpt|tflite)$", re.IGNORECASE
)
_MEASURED = re.compile(r"eval|benchmark|test", re.IGNORECASE)
_TRAINED = re.compile(r"train|tun", re.IGNORECASE)


def read_colisting(sheet: Sheet) -> None:
    """Join the model to every member dataset that nothing in the document leans on.

    The model is the subject, or the only model of a document without a subject. It was trained on
    the data, or, where the dataset's own ``usage`` speaks of measuring only, evaluated on it.
    Weights are data by their type, but no dataset.
    """
    model = sheet.subject if sheet.subject_kind == "model" else _only_model(sheet)
    if model is None:
        return
    family = identify(model).family.partition("pkg:")[2]
    for entry in sheet.entries:
        if not entry.member or entry.kind != "dataset" or entry.key in sheet.linked:
            continue
        purl = str(entry.raw.get("purl", ""))
        own_file = bool(family) and purl.partition("@")[0].endswith(family)
        if own_file or _WEIGHTS.search(entry.name):
            continue
        kind, role = _use(entry)
        edge = Edge(
            kind,
            OfComponent(model),
            entry.key,
            role=role,
            origin="inferred",
            confidence=CONFIDENCE,
        )
        sheet.say(edge, entry.path)


def _use(entry: Entry) -> tuple[str, str]:
    """The kind and role of the edge by what the dataset says it is for."""
    role = role_of(entry.raw.get("properties"))
    if role != "unspecified":
        return ("evaluated_on", "") if role == "test" else ("trained_on", role)
    for item, _ in objects(entry.raw.get("properties"), ""):
        if str(item.get("name", "")).lower().endswith("usage"):
            text = str(item.get("value", ""))
            if _TRAINED.search(text):
                return "trained_on", "training"
            if _MEASURED.search(text):
                return "evaluated_on", ""
    return "trained_on", "unspecified"


def _only_model(sheet: Sheet) -> Key | None:
    models = {entry.key for entry in sheet.entries if entry.member and entry.kind == "model"}
    return models.pop() if len(models) == 1 and "metadata.component" not in sheet.places else None
