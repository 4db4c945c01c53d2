"""The model card: parameters, data, measurements, considerations."""

from __future__ import annotations

from typing import Any

from lineage.ingest.formats.cyclonedx.consideration import read_considerations
from lineage.ingest.formats.cyclonedx.data import (
    inline_entry,
    read_data_facts,
    read_graphics,
    role_of,
)
from lineage.ingest.formats.cyclonedx.fact import read_properties
from lineage.ingest.formats.cyclonedx.naming import Entry
from lineage.ingest.formats.cyclonedx.sheet import Sheet
from lineage.ingest.part import Json, objects, section
from lineage.model.claim import OfComponent
from lineage.model.identity import Key

_NO_DATASET = frozenset(("source-code", "configuration", "definition"))


def read_model_card(sheet: Sheet, entry: Entry) -> None:
    """Everything in ``modelCard``. Metrics that name a dataset are evaluations on it."""
    card = section(entry.raw, "modelCard")
    path = f"{entry.path}.modelCard"
    about = OfComponent(entry.key)
    parameters = section(card, "modelParameters")
    _read_parameters(sheet, about, parameters, path)
    named = _read_datasets(sheet, entry, parameters.get("datasets"), f"{path}.modelParameters")
    analysis = section(card, "quantitativeAnalysis")
    _read_metrics(sheet, entry, analysis.get("performanceMetrics"), path, named)
    read_graphics(sheet, entry.key, analysis.get("graphics"), path)
    read_considerations(sheet, about, section(card, "considerations"), f"{path}.considerations")
    read_properties(sheet, about, card.get("properties"), path)


def _read_parameters(sheet: Sheet, about: OfComponent, parameters: Json, path: str) -> None:
    sheet.tell(about, "model_approach", section(parameters, "approach").get("type"), path)
    sheet.tell(about, "model_task", parameters.get("task"), path)
    architecture = [parameters.get("architectureFamily"), parameters.get("modelArchitecture")]
    if any(architecture):
        sheet.tell(about, "model_architecture", " / ".join(filter(None, architecture)), path)
    for name, known in (("inputs", "model_input"), ("outputs", "model_output")):
        for item, _ in objects(parameters.get(name), path):
            sheet.tell(about, known, item.get("format"), path)


def _read_datasets(sheet: Sheet, entry: Entry, value: Any, path: str) -> dict[str, Key]:
    """Claim what the model was trained on; the datasets by their names in lower case."""
    named: dict[str, Key] = {}
    for data, at in objects(value, f"{path}.datasets"):
        if "ref" in data:
            found = sheet.resolve(str(data["ref"]))
            if found is None:
                sheet.dangling(str(data["ref"]), f"{at}.ref")
                continue
            role = _role_of_entry(found)
        elif data.get("type") in _NO_DATASET:
            sheet.keep(OfComponent(entry.key), "modelCard.modelParameters.datasets", data, at)
            continue
        else:
            found = inline_entry(sheet, data, at)
            sheet.component(found)
            read_data_facts(sheet, found.key, data, at)
            role = role_of(section(data, "contents").get("properties"))
        named[found.name.lower()] = found.key
        if sheet.link("trained_on", entry.key, found.key, at, role=role):
            continue
        ends = f"a {entry.kind} trained on a {found.kind}"
        if not sheet.link("derived_from", entry.key, found.key, at):
            sheet.warn(at, f"{ends} is no edge of the vocabulary; kept as a field")
            kept = {"ref": found.key, "role": role}
            sheet.keep(OfComponent(entry.key), "modelCard.modelParameters.datasets", kept, at)
    return named


def _role_of_entry(entry: Entry) -> str:
    role = role_of(entry.raw.get("properties"))
    for data, _ in objects(entry.raw.get("data"), ""):
        if role == "unspecified":
            role = role_of(section(data, "contents").get("properties"))
    return role


def _read_metrics(sheet: Sheet, entry: Entry, value: Any, path: str, named: dict[str, Key]) -> None:
    for metric, _ in objects(value, path):
        sheet.tell(OfComponent(entry.key), "metric", metric, path)
        for word in (metric.get("slice"), metric.get("type")):
            text = str(word or "").strip().lower()
            key = named.get(text) or sheet.dataset_named(text)
            if key is not None:
                sheet.link("evaluated_on", entry.key, key, path)
                break
