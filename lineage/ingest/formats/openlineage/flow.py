"""What an event says of where data comes from: inputs, outputs, and the explicit lineage facet.

Inputs times outputs is the product of everything that was read and everything that was written.
Where the facet ``lineage`` says more exactly which comes from which, it is honoured over the
product: the run then made the outputs, and each of them comes from what the facet names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from lineage.errors import LineageError
from lineage.ingest.formats.openlineage.facet import DATASET, About, read_facets
from lineage.ingest.formats.openlineage.naming import dataset_key, run_key
from lineage.ingest.formats.openlineage.sheet import Sheet, bare
from lineage.ingest.part import Json, members, objects, section
from lineage.model.identity import Key

T = TypeVar("T")
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


def read_flow(sheet: Sheet, raw: Json, doer: Key) -> None:
    """Edges between what ran (or the job) and what it read and wrote."""
    explicit = _explicit(sheet, raw, doer)
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


def _explicit(sheet: Sheet, raw: Json, doer: Key) -> set[Key]:
    named: set[Key] = set()
    for side in _INNER:
        for entry, path in objects(raw.get(side), side):
            facet = section(section(entry, "facets"), "lineage")
            if facet:
                at = f"{path}.facets.lineage"
                read = partial(read_lineage_of, sheet, facet, keyed(entry), at, doer)
                named |= tried(sheet, facet, at, read) or set()
    facet = section(section(section(raw, "job"), "facets"), "lineage")
    at = "job.facets.lineage"
    entries = tried(sheet, facet, at, lambda: list(members(facet.get("entries"), f"{at}.entries")))
    for entry, path in entries or ():
        read = partial(_entry, sheet, raw, entry, path, doer)
        named |= tried(sheet, entry, path, read) or set()
    return named


def tried(sheet: Sheet, raw: Json, path: str, read: Callable[[], T]) -> T | None:
    """What a part says; a part that cannot be read is set aside whole, and says nothing."""
    before = len(sheet.claims)
    try:
        return read()
    except KeyError as error:
        reason = f"{error.args[0]} is missing"
    except (LineageError, TypeError) as error:
        reason = str(error)
    del sheet.claims[before:]
    sheet.set_aside(path, reason, raw)
    return None


def _entry(sheet: Sheet, raw: Json, entry: Json, path: str, doer: Key) -> set[Key]:
    if entry.get("type") == "JOB":
        return _job_entry(sheet, entry, path, doer)
    target = dataset_key(str(entry["namespace"]), str(entry["name"]))
    return read_lineage_of(sheet, entry, _as_listed(raw, target), path, doer)


def _job_entry(sheet: Sheet, entry: Json, path: str, doer: Key) -> set[Key]:
    target = _entity(entry, doer)
    named: set[Key] = set()
    for source, at in members(entry.get("inputs"), f"{path}.inputs"):
        key = _entity(source, doer)
        named.add(key)
        sheet.component(key, at)
        sheet.link("after" if source.get("type") == "JOB" else "used", target, key, at)
    return named


def _sources(facet: Json, path: str) -> Iterator[tuple[Json, str]]:
    yield from members(facet.get("inputs"), f"{path}.inputs")
    for name, field in section(facet, "fields").items():
        if not isinstance(field, dict):
            raise TypeError(f"{path}.fields.{name} is no object")
        yield from members(field.get("inputs"), f"{path}.fields.{name}.inputs")


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
