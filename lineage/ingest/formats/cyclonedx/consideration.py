"""Considerations of a model card: uses, limits, ethics, fairness, energy."""

from __future__ import annotations

from lineage.ingest.formats.cyclonedx.fact import read_properties
from lineage.ingest.formats.cyclonedx.sheet import Sheet
from lineage.ingest.part import Json, objects, section, texts
from lineage.model.claim import OfComponent

_TEXTS = (
    ("users", "user"),
    ("useCases", "intended_use"),
    ("technicalLimitations", "limitation"),
    ("performanceTradeoffs", "performance_tradeoff"),
)
_OBJECTS = (
    ("ethicalConsiderations", "ethical_consideration"),
    ("fairnessAssessments", "fairness_assessment"),
)
_KG_PER_TONNE = 1000


def read_considerations(sheet: Sheet, about: OfComponent, found: Json, path: str) -> None:
    """Each consideration is one value; energy and emissions are quantities with an activity."""
    for name, known in _TEXTS:
        for text in texts(found.get(name)):
            sheet.tell(about, known, text, path)
    for name, known in _OBJECTS:
        for item, _ in objects(found.get(name), path):
            sheet.tell(about, known, item, path)
    environment = section(found, "environmentalConsiderations")
    consumptions = objects(environment.get("energyConsumptions"), f"{path}.energyConsumptions")
    for consumption, at in consumptions:
        _read_consumption(sheet, about, consumption, at)
    read_properties(sheet, about, environment.get("properties"), path)


def _read_consumption(sheet: Sheet, about: OfComponent, found: Json, path: str) -> None:
    """Energy in kWh, emissions in kg (the document says tonnes); the entry whole beside them."""
    sheet.tell(about, "environmental_consideration", found, path)
    providers = [
        section(provider, "organization").get("name") or provider.get("description")
        for provider, _ in objects(found.get("energyProviders"), path)
    ]
    frame = {"activity": found.get("activity", "other"), "providers": [p for p in providers if p]}
    energy = section(found, "activityEnergyCost").get("value")
    if energy is not None:
        sheet.tell(about, "energy", {"value": energy, "unit": "kWh", **frame}, path)
    emission = section(found, "co2CostEquivalent").get("value")
    if emission is not None:
        kilograms = round(emission * _KG_PER_TONNE, 6)
        sheet.tell(about, "co2e", {"value": kilograms, "unit": "kg", **frame}, path)
