"""Enrolment: every component, service and run of the document gets its key and its refs.

It comes before any claim, so that an edge may point to what stands further down.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.errors import LineageError
from lineage.ingest.formats.cyclonedx.naming import Entry, version_of
from lineage.ingest.formats.cyclonedx.sheet import Sheet
from lineage.ingest.formats.cyclonedx.subject import is_host
from lineage.ingest.part import Json, objects, section, texts
from lineage.model.identity import Key


def enrol(sheet: Sheet) -> dict[str, list[Entry]]:
    """Fill the sheet with entries; returns the workflows of each formula by its path."""
    document = sheet.document
    subject = section(section(document, "metadata"), "component")
    if subject:
        entry = _component(sheet, subject, "metadata.component", kind=sheet.subject_kind)
        if entry is not None:
            _inner(sheet, entry)
    # What stands beside a subject that is a machine is part of that machine.
    host = sheet.subject if sheet.subject_kind == "host" else None
    _components(sheet, document.get("components"), "components", parent=None, host=host)
    _services(sheet, document.get("services"), "services", parent=None)
    runs: dict[str, list[Entry]] = {}
    for formula, path in objects(document.get("formulation"), "formulation"):
        _components(sheet, formula.get("components"), f"{path}.components", None, member=False)
        _services(sheet, formula.get("services"), f"{path}.services", parent=None)
        runs[path] = list(_workflows(sheet, formula, path))
    return runs


def _components(
    sheet: Sheet,
    value: object,
    path: str,
    parent: Key | None,
    *,
    host: Key | None = None,
    member: bool = True,
) -> None:
    for raw, at in objects(value, path):
        entry = _component(sheet, raw, at, member=member, parent=parent, host=host)
        if entry is not None:
            _inner(sheet, entry)


def _inner(sheet: Sheet, entry: Entry) -> None:
    raw, path = entry.raw, entry.path
    if "components" in raw:
        # What is nested in the subject or in a member is a member too; in a tool it is not.
        member = entry.member or path == "metadata.component"
        parts = f"{path}.components"
        _components(sheet, raw["components"], parts, entry.key, host=entry.host, member=member)
    if "pedigree" in raw:
        pedigree = section(raw, "pedigree")
        for name in ("ancestors", "descendants", "variants"):
            _components(sheet, pedigree.get(name), f"{path}.pedigree.{name}", None, member=False)


def _component(
    sheet: Sheet,
    raw: Json,
    path: str,
    *,
    member: bool = False,
    parent: Key | None = None,
    host: Key | None = None,
    kind: str | None = None,
) -> Entry | None:
    """The entry of a component; ``host`` is the machine that it is a part of."""
    if not raw.get("name"):
        sheet.quarantine(path, "a component without a name", raw)
        return None
    if kind is None and host is None and is_host(raw):
        kind = "host"
    try:
        entry = sheet.naming.component(raw, path, kind=kind)
    except LineageError as error:
        sheet.quarantine(path, str(error), raw)
        return None
    entry.member, entry.parent, entry.host = member, parent, host
    if kind == "host":
        entry.host = entry.key
    _register(sheet, entry)
    refs = [section(raw, "modelCard").get("bom-ref")] if "modelCard" in raw else []
    refs += [data.get("bom-ref") for data, _ in objects(raw.get("data"), path)]
    for ref in texts(refs):
        sheet.refs.setdefault(ref, entry)
    if purl := raw.get("purl"):
        sheet.names.setdefault(str(purl), entry)
    return entry


def _services(sheet: Sheet, value: object, path: str, parent: Key | None) -> None:
    for raw, at in objects(value, path):
        if not raw.get("name"):
            sheet.quarantine(at, "a service without a name", raw)
            continue
        entry = sheet.naming.service(raw, at)
        entry.parent = parent
        _register(sheet, entry)
        _services(sheet, raw.get("services"), f"{at}.services", entry.key)


def _workflows(sheet: Sheet, formula: Json, path: str) -> Iterator[Entry]:
    for raw, at in objects(formula.get("workflows"), f"{path}.workflows"):
        workflow = _run(sheet, raw, at, within="")
        for task, place in objects(raw.get("tasks"), f"{at}.tasks"):
            _run(sheet, task, place, within=f"{workflow.name}/")
        yield workflow


def _run(sheet: Sheet, raw: Json, path: str, *, within: str) -> Entry:
    """A run goes under its uid; one without uid is a step of the subject's family."""
    uid = str(raw.get("uid") or "")
    name = str(raw.get("name") or uid or raw.get("bom-ref") or "run")
    key = sheet.naming.named("run", uid) if uid else sheet.naming.scoped("run", within + name)
    entry = Entry(
        key=key, kind="run", name=name, version=version_of(raw), raw_kind="workflow", path=path,
        raw=raw,
    )  # fmt: skip
    _register(sheet, entry)
    return entry


def _register(sheet: Sheet, entry: Entry) -> None:
    sheet.entries.append(entry)
    sheet.places[entry.path] = entry
    sheet.kinds.setdefault(entry.key, entry.kind)
    ref = entry.raw.get("bom-ref")
    if not ref:
        return
    first = sheet.refs.setdefault(str(ref), entry)
    if first is not entry:
        sheet.warn(
            f"{entry.path}.bom-ref",
            f"'{ref}' stands for {first.path} already; refs to it mean that one",
        )
