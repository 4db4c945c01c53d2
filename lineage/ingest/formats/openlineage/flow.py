"""What an event says of where data comes from: inputs, outputs, and the explicit lineage facet.

Inputs times outputs is the product of everything that was read and everything that was written.
Where the facet ``lineage`` says more exactly which comes from which, it is honoured over the
product: the run then made the outputs, and each of them comes from what the facet names.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.errors import LineageError
from lineage.ingest.formats.openlineage.event import Json, objects, section
from lineage.ingest.formats.openlineage.facet import DATASET, About, read_facets
from lineage.ingest.formats.openlineage.naming import dataset_key, run_key
from lineage.ingest.formats.openlineage.sheet import Sheet, bare
from lineage.model.identity import Key

_INNER = {"inputs": "inputFacets", "outputs": "outputFacets"}


def keyed(entry: Json) -> Key:
    """The key of a dataset by its names, its version facet and its type facet."""
    facets = section(entry, "facets")
    version = section(facets, "version").get("datasetVersion")
    return dataset_key(
        str(entry["namespace"]),
        str(entry["name"]),
        said=str(section(facets, "datasetType").get("datasetType") or ""),
        version=str(version) if version else None,
    )


def read_flow(sheet: Sheet, raw: Json, doer: Key, job: tuple[str, str]) -> None:
    """Edges between what ran (or the job) and what it read and wrote."""
    explicit = _explicit(sheet, raw, doer, job)
    whole = section(section(section(raw, "job"), "facets"), "lineage")
    outputs = list(objects(raw.get("outputs"), "outputs"))
    exact = bool(whole) or (bool(outputs) and all(_has_lineage(one) for one, _ in outputs))
    for entry, path in outputs:
        key = keyed(entry)
        sheet.component(key, path, name=str(entry["name"]))
        if exact or not _has_lineage(entry):
            sheet.link("produced_by", key, doer, path)
        else:
            sheet.keep(key, "produced_by", doer, path)
    for entry, path in objects(raw.get("inputs"), "inputs"):
        key = keyed(entry)
        sheet.component(key, path, name=str(entry["name"]))
        if not exact:
            sheet.link("used", doer, key, path)
        elif key not in explicit:
            sheet.keep(doer, "inputs", key, path)


def read_dataset_facets(sheet: Sheet, raw: Json) -> None:
    """What a run says of the datasets that it read and wrote."""
    for side, inner in _INNER.items():
        for entry, path in objects(raw.get(side), side):
            about = About(key=keyed(entry))
            read_facets(sheet, about, entry.get("facets"), f"{path}.facets", DATASET)
            for name, facet in section(entry, inner).items():
                if isinstance(facet, dict):
                    sheet.keep(about.key, f"{inner}.{name}", bare(facet), f"{path}.{inner}.{name}")


def read_lineage_of(sheet: Sheet, facet: Json, target: Key, path: str, doer: Key) -> set[Key]:
    """A dataset's own lineage facet; what it names as sources."""
    named: set[Key] = set()
    if facet.get("inputs") == []:
        sheet.deny(target, "derivation", path)
    for source, at in _sources(facet, path):
        key = _entity(source, doer)
        named.add(key)
        sheet.component(key, at)
        kind = "produced_by" if source.get("type") == "JOB" else "derived_from"
        sheet.link(kind, target, key, path)
    return named


def _explicit(sheet: Sheet, raw: Json, doer: Key, job: tuple[str, str]) -> set[Key]:
    named: set[Key] = set()
    for side in _INNER:
        for entry, path in objects(raw.get(side), side):
            facet = section(section(entry, "facets"), "lineage")
            if facet:
                named |= _tried(sheet, facet, keyed(entry), f"{path}.facets.lineage", doer)
    facet = section(section(section(raw, "job"), "facets"), "lineage")
    for entry, path in objects(facet.get("entries"), "job.facets.lineage.entries"):
        if entry.get("type") == "JOB":
            named |= _job_entry(sheet, entry, path, doer, job)
        else:
            try:
                target = dataset_key(str(entry["namespace"]), str(entry["name"]))
            except (KeyError, LineageError) as error:
                sheet.set_aside(path, f"no dataset: {error}", entry)
                continue
            target = _as_listed(raw, target)
            named |= _tried(sheet, entry, target, path, doer)
    return named


def _tried(sheet: Sheet, facet: Json, target: Key, path: str, doer: Key) -> set[Key]:
    before = len(sheet.claims)
    try:
        return read_lineage_of(sheet, facet, target, path, doer)
    except (KeyError, LineageError) as error:
        del sheet.claims[before:]
        sheet.set_aside(path, f"a source that has no name: {error}", facet)
        return set()


def _job_entry(
    sheet: Sheet, entry: Json, path: str, doer: Key, job: tuple[str, str]
) -> set[Key]:  # fmt: skip
    target = _entity(entry, doer)
    named: set[Key] = set()
    for source, at in objects(entry.get("inputs"), f"{path}.inputs"):
        key = _entity(source, doer)
        named.add(key)
        sheet.component(key, at)
        sheet.link("after" if source.get("type") == "JOB" else "used", target, key, at)
    del job
    return named


def _sources(facet: Json, path: str) -> Iterator[tuple[Json, str]]:
    yield from objects(facet.get("inputs"), f"{path}.inputs")
    for name, field in section(facet, "fields").items():
        if isinstance(field, dict):
            yield from objects(field.get("inputs"), f"{path}.fields.{name}.inputs")


def _entity(entry: Json, doer: Key) -> Key:
    if entry.get("type") != "JOB":
        return dataset_key(str(entry["namespace"]), str(entry["name"]))
    if not entry.get("name"):
        return doer
    run = entry.get("runId")
    return run_key(str(entry["namespace"]), str(entry["name"]), str(run) if run else None)


def _as_listed(raw: Json, target: Key) -> Key:
    """The same dataset as the event lists it, with its version and kind."""
    for side in ("outputs", "inputs"):
        for entry, _ in objects(raw.get(side), side):
            if dataset_key(str(entry["namespace"]), str(entry["name"])) == target:
                return keyed(entry)
    return target


def _has_lineage(entry: Json) -> bool:
    return bool(section(section(entry, "facets"), "lineage"))
