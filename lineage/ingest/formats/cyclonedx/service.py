"""Services: what runs, where it listens, and which data flows in and out."""

from __future__ import annotations

from lineage.ingest.formats.cyclonedx.data import inline_entry, read_governance
from lineage.ingest.formats.cyclonedx.fact import read_facts, read_party, without
from lineage.ingest.formats.cyclonedx.naming import Entry
from lineage.ingest.formats.cyclonedx.sheet import Sheet
from lineage.ingest.part import Json, objects, texts
from lineage.model.claim import Edge, OfComponent
from lineage.model.identity import Key

_MAPPED = frozenset(
    (
        "bom-ref", "provider", "group", "name", "version", "description", "endpoints",
        "authenticated", "x-trust-boundary", "trustZone", "data", "licenses",
        "externalReferences", "services", "releaseNotes", "properties", "tags",
        "patentAssertions", "signature",
    )
)  # fmt: skip


def read_service(sheet: Sheet, entry: Entry) -> None:
    """A service is never a member: what it consists of and leans on holds everywhere."""
    raw, path = entry.raw, entry.path
    about = OfComponent(entry.key)
    sheet.component(entry)
    if entry.parent is not None and entry.parent != entry.key:
        sheet.say(Edge("contains", OfComponent(entry.parent), entry.key), path)
    if provider := raw.get("provider"):
        read_party(sheet, about, provider, "supplier", path, edge="supplied_by")
    for endpoint in texts(raw.get("endpoints")):
        sheet.tell(about, "endpoint", endpoint, path)
    for name, known in (
        ("authenticated", "authenticated"),
        ("x-trust-boundary", "trust_boundary"),
        ("trustZone", "trust_zone"),
    ):
        sheet.tell(about, known, raw.get(name), path)
    read_facts(sheet, entry, about)
    for name in raw.keys() - _MAPPED:
        sheet.keep(about, name, raw[name], path)
    if entry.version is None and raw.get("version"):
        sheet.keep(about, "version", raw["version"], path)
    for flow, at in objects(raw.get("data"), f"{path}.data"):
        _read_flow(sheet, entry, flow, at)


def _read_flow(sheet: Sheet, entry: Entry, flow: Json, path: str) -> None:
    """A data flow is a dataset: read where it comes in, written where it goes out.

    A source or destination that is a service of this document writes or reads it too.
    """
    named = {"name": flow.get("name") or f"{entry.name} {flow.get('classification', '')}".strip()}
    dataset = inline_entry(sheet, named, path)
    sheet.component(dataset)
    about = OfComponent(dataset.key)
    sheet.tell(about, "classification", flow.get("classification"), path)
    sheet.tell(about, "description", flow.get("description"), path)
    read_governance(sheet, dataset.key, flow.get("governance"), path)
    direction = str(flow.get("flow", "unknown"))
    inward = direction in ("inbound", "bi-directional")
    outward = direction in ("outbound", "bi-directional")
    if inward:
        _reads(sheet, entry.key, dataset.key, path)
    if outward:
        _writes(sheet, entry.key, dataset.key, path)
    for source in texts(flow.get("source")):
        other = sheet.resolve(source)
        if inward and other is not None and other.kind == "service":
            _writes(sheet, other.key, dataset.key, path)
    for destination in texts(flow.get("destination")):
        other = sheet.resolve(destination)
        if outward and other is not None and other.kind == "service":
            _reads(sheet, other.key, dataset.key, path)
    # The flow whole, with whom it joins: an address of a source is no component.
    sheet.keep(OfComponent(entry.key), "data", without(flow, "governance"), path)


def _reads(sheet: Sheet, service: Key, dataset: Key, path: str) -> None:
    sheet.link("reads", service, dataset, path)


def _writes(sheet: Sheet, service: Key, dataset: Key, path: str) -> None:
    sheet.link("written_by", dataset, service, path)
