"""Facets of runs, jobs and datasets: each a row of a table; what has no row is kept whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from lineage.errors import LineageError
from lineage.ingest.formats.openlineage.event import moment
from lineage.ingest.formats.openlineage.naming import code_key, dataset_key, run_key
from lineage.ingest.formats.openlineage.sheet import Sheet, bare
from lineage.ingest.part import Json, members, section
from lineage.model.claim import Edge, OfComponent
from lineage.model.identity import Key, identify, key_of_name


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Whom a facet speaks of: its key, and the job that the event is about."""

    key: Key
    job: tuple[str, str] = ("", "")


Tell = Callable[[Sheet, About, Json, str], None]


def read_facets(
    sheet: Sheet, about: About, facets: Any, path: str, known: Mapping[str, Tell]
) -> None:
    """Every facet of an entity; one that cannot be read is set aside with its path."""
    if facets is None:
        return
    if not isinstance(facets, dict):
        sheet.set_aside(path, "facets are an object", facets)
        return
    for name, facet in facets.items():
        read_facet(sheet, about, name, facet, f"{path}.{name}", known)


def read_facet(
    sheet: Sheet, about: About, name: str, facet: Any, path: str, known: Mapping[str, Tell]
) -> None:
    """One facet by its row; lineage is read where the whole event is seen."""
    if not isinstance(facet, dict):
        sheet.set_aside(path, "a facet is an object", facet)
        return
    if name == "lineage" or facet.get("_deleted") is True:
        return
    before = len(sheet.claims)
    try:
        known.get(name, _whole(name))(sheet, about, facet, path)
    except KeyError as error:
        del sheet.claims[before:]
        sheet.set_aside(path, f"{error.args[0]} is missing", facet)
    except (LineageError, TypeError, ValueError, AttributeError) as error:
        del sheet.claims[before:]
        sheet.set_aside(path, str(error) or type(error).__name__, facet)


def _whole(name: str) -> Tell:
    def keep(sheet: Sheet, about: About, facet: Json, path: str) -> None:
        sheet.keep(about.key, name, bare(facet), path)

    return keep


def _said(name: str, field: str) -> Tell:
    def tell(sheet: Sheet, about: About, facet: Json, path: str) -> None:
        sheet.tell(about.key, name, facet.get(field), path)
        rest = {k: v for k, v in bare(facet).items() if k != field}
        if rest:
            sheet.keep(about.key, path.rpartition(".")[2], rest, path)

    return tell


def _owners(sheet: Sheet, about: About, facet: Json, path: str) -> None:
    for owner, at in members(facet.get("owners"), f"{path}.owners"):
        name = str(owner["name"])
        agent = key_of_name("agent", name.rpartition(":")[2], namespace=name.rpartition(":")[0])
        sheet.component(agent, at)
        kind = str(owner.get("type") or "")
        sheet.tell(about.key, "owner", name, at)
        attributes = (("as", kind),) if kind else ()
        sheet.link("owned_by", about.key, agent, at, attributes=attributes)


def _tags(sheet: Sheet, about: About, facet: Json, path: str) -> None:
    for tag, at in members(facet.get("tags"), f"{path}.tags"):
        name, value = str(tag["key"]), tag.get("value")
        field = f"{tag['field']}:" if tag.get("field") else ""
        text = name if value in (None, True, "true", "") else f"{name}={value}"
        sheet.tell(about.key, "tag", field + text, at)


def _parent(sheet: Sheet, about: About, facet: Json, path: str) -> None:
    run = str(section(facet, "run")["runId"])
    job = section(facet, "job")
    parent = run_key(str(job["namespace"]), str(job["name"]), run)
    sheet.component(parent, path)
    sheet.link("part_of", about.key, parent, path)


def _engine(sheet: Sheet, about: About, facet: Json, path: str) -> None:
    name = str(facet.get("name") or "").strip()
    if name:
        engine = key_of_name("framework", name.lower(), version=str(facet["version"]))
        sheet.component(engine, path, name=name)
        sheet.link("built_with", about.key, engine, path)
    sheet.keep(about.key, "processing_engine", bare(facet), path)


def _after(sheet: Sheet, about: About, facet: Json, path: str) -> None:
    """Jobs that had to run before; those that wait for this one are the same edge turned."""
    for side in ("upstream", "downstream"):
        for one, at in members(facet.get(side), f"{path}.{side}"):
            job = section(one, "job")
            run = section(one, "run").get("runId")
            other = run_key(str(job["namespace"]), str(job["name"]), str(run) if run else None)
            sheet.component(other, at)
            ends = (about.key, other) if side == "upstream" else (other, about.key)
            kind = one.get("dependency_type")
            attributes = (("as", str(kind)),) if kind else ()
            sheet.link("after", *ends, at, attributes=attributes)
    if rule := facet.get("trigger_rule"):
        sheet.keep(about.key, "jobDependencies", {"trigger_rule": rule}, path)


def _code(sheet: Sheet, about: About, facet: Json, path: str) -> None:
    address = str(facet.get("repoUrl") or facet.get("url") or "")
    code = code_key(address, facet.get("version") or None)
    if code is not None:
        sheet.component(code, path)
        pointer = str(facet.get("tag") or facet.get("branch") or "")
        bare_family = identify(code).version is None
        edge = Edge("used", OfComponent(about.key), code, pointer=pointer if bare_family else "")
        sheet.say(edge, path)
    sheet.tell(about.key, "source_repository", address, path)
    sheet.keep(about.key, "sourceCodeLocation", bare(facet), path)


def _symlinks(sheet: Sheet, about: About, facet: Json, path: str) -> None:
    """Other names of the same data: joined where they are data, kept where they are places."""
    for one, at in members(facet.get("identifiers"), f"{path}.identifiers"):
        kind = identify(about.key).kind
        other = dataset_key(str(one["namespace"]), str(one["name"]), said=kind)
        if str(one.get("type", "")).upper() == "LOCATION":
            sheet.keep(about.key, "symlinks", one, at)
        elif identify(about.key).version is None:
            sheet.link("same_as", about.key, other, at)
        else:
            sheet.link("same_as", identify(about.key).family, other, at)


def _lifecycle(sheet: Sheet, about: About, facet: Json, path: str) -> None:
    change = str(facet["lifecycleStateChange"]).upper()
    sheet.keep(about.key, "lifecycleStateChange", bare(facet), path)
    before = section(facet, "previousIdentifier")
    if change == "RENAME" and before:
        kind = identify(about.key).kind
        old = dataset_key(str(before["namespace"]), str(before["name"]), said=kind)
        sheet.component(old, path)
        sheet.link("same_as", identify(about.key).family, old, path)


def _time(sheet: Sheet, about: About, facet: Json, path: str) -> None:
    for field, name in (("nominalStartTime", "nominal_start"), ("nominalEndTime", "nominal_end")):
        if facet.get(field):
            sheet.tell(about.key, name, moment(str(facet[field])) or str(facet[field]), path)


def _error(sheet: Sheet, about: About, facet: Json, path: str) -> None:
    sheet.tell(about.key, "error", str(facet["message"]), path)
    rest = {k: v for k, v in bare(facet).items() if k != "message"}
    if rest:
        sheet.keep(about.key, "errorMessage", rest, path)


def _parameters(sheet: Sheet, about: About, facet: Json, path: str) -> None:
    for one, at in members(facet.get("parameters"), f"{path}.parameters"):
        value = {"name": str(one.get("name") or one["key"]), "value": one.get("value")}
        sheet.tell(about.key, "hyperparameter", value, at)


def _read_already(sheet: Sheet, about: About, facet: Json, path: str) -> None:
    """The facet stands in the key."""


_BOTH: dict[str, Tell] = {
    "documentation": _said("description", "description"),
    "ownership": _owners,
    "tags": _tags,
}
DATASET: Mapping[str, Tell] = MappingProxyType(
    {
        **_BOTH,
        "version": _read_already,
        "datasetType": _said("data_type", "datasetType"),
        "symlinks": _symlinks,
        "lifecycleStateChange": _lifecycle,
        "dataSource": _said("data_source", "uri"),
    }
)
JOB: Mapping[str, Tell] = MappingProxyType({**_BOTH, "sourceCodeLocation": _code})
RUN: Mapping[str, Tell] = MappingProxyType(
    {
        "tags": _tags,
        "parent": _parent,
        "jobDependencies": _after,
        "processing_engine": _engine,
        "nominalTime": _time,
        "errorMessage": _error,
        "executionParameters": _parameters,
    }
)
