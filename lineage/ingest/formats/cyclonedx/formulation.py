"""Formulation: the runs that made the subject, what they used, wrote and ran on."""

from __future__ import annotations

from lineage.ingest.formats.cyclonedx.fact import read_properties
from lineage.ingest.formats.cyclonedx.naming import Entry
from lineage.ingest.formats.cyclonedx.sheet import Sheet
from lineage.ingest.part import Json, objects, section, texts
from lineage.model.claim import OfComponent
from lineage.model.identity import Key

_MAPPED = frozenset(("bom-ref", "uid", "name", "description", "tasks", "properties"))
_TRAINING = frozenset(("model", "dataset"))
_UNSTATED = 0.5


def read_formulation(sheet: Sheet, runs: dict[str, list[Entry]]) -> None:
    """Claim runs with inputs, outputs and places; ``runs`` has the workflows of each formula.

    What stands in a formula without any link was used to make the subject: frameworks as tools
    (declared), the only workflow as the run that made it (inferred).
    """
    for formula, path in objects(sheet.document.get("formulation"), "formulation"):
        about = OfComponent(sheet.subject)
        read_properties(sheet, about, formula.get("properties"), path)
        kind = "trained_with" if sheet.subject_kind == "model" else "built_with"
        for _, at in objects(formula.get("components"), f"{path}.components"):
            tool = sheet.at(at)
            if tool is not None and tool.kind == "framework":
                sheet.link(kind, sheet.subject, tool.key, at)
        workflows = runs.get(path, [])
        wrote = False
        for workflow in workflows:
            wrote = _read_workflow(sheet, workflow) or wrote
        if len(workflows) == 1 and not wrote:
            sheet.link(
                "produced_by", sheet.subject, workflows[0].key, workflows[0].path,
                origin="inferred", confidence=_UNSTATED,
            )  # fmt: skip


def _read_workflow(sheet: Sheet, workflow: Entry) -> bool:
    wrote = read_run(sheet, workflow)
    for _, at in objects(workflow.raw.get("tasks"), f"{workflow.path}.tasks"):
        task = sheet.at(at)
        if task is not None:
            wrote = read_run(sheet, task) or wrote
            sheet.link("part_of", task.key, workflow.key, at)
    lines = objects(workflow.raw.get("taskDependencies"), f"{workflow.path}.taskDependencies")
    for line, at in lines:
        _read_order(sheet, line, at)
    return wrote


def read_run(sheet: Sheet, run: Entry) -> bool:
    """A workflow or a task as a run; whether it says what it wrote."""
    raw, path = run.raw, run.path
    about = OfComponent(run.key)
    sheet.component(run)
    sheet.tell(about, "description", raw.get("description"), path)
    read_properties(sheet, about, raw.get("properties"), path)
    for name in raw.keys() - _MAPPED:
        sheet.keep(about, name, raw[name], path)
    for item, at in objects(raw.get("inputs"), f"{path}.inputs"):
        for parameter, _ in objects(item.get("parameters"), at):
            sheet.tell(about, "hyperparameter", parameter, at)
        _use(sheet, run.key, section(item, "resource"), at)
    for reference, at in objects(raw.get("resourceReferences"), f"{path}.resourceReferences"):
        _use(sheet, run.key, reference, at)
    wrote = False
    for item, at in objects(raw.get("outputs"), f"{path}.outputs"):
        output = _resource(sheet, section(item, "resource"), at)
        if output is not None:
            wrote = sheet.link("produced_by", output.key, run.key, at) or wrote
    for line, at in objects(raw.get("runtimeTopology"), f"{path}.runtimeTopology"):
        _read_topology(sheet, run.key, line, at)
    return wrote


def _use(sheet: Sheet, run: Key, reference: Json, path: str) -> None:
    resource = _resource(sheet, reference, path)
    if resource is not None:
        tool = "trained_with" if _makes_a_model(sheet) else "built_with"
        sheet.first_legal(("used", tool, "ran_on"), run, resource.key, path)


def _makes_a_model(sheet: Sheet) -> bool:
    return sheet.subject_kind in _TRAINING


def _resource(sheet: Sheet, reference: Json, path: str) -> Entry | None:
    ref = reference.get("ref")
    if not ref:
        return None
    found = sheet.resolve(str(ref))
    if found is None:
        sheet.dangling(str(ref), path)
    return found


def _read_order(sheet: Sheet, line: Json, path: str) -> None:
    ref = str(line.get("ref", ""))
    later = sheet.resolve(ref)
    if later is None:
        sheet.dangling(ref, f"{path}.ref")
        return
    for number, name in enumerate(texts(line.get("dependsOn"))):
        earlier = sheet.resolve(name)
        if earlier is None:
            sheet.dangling(name, f"{path}.dependsOn[{number}]")
        else:
            sheet.first_legal(("after", "used"), later.key, earlier.key, path)


def _read_topology(sheet: Sheet, run: Key, line: Json, path: str) -> None:
    """The run ran on every machine named; a container of the topology runs on what it leans on."""
    ref = str(line.get("ref", ""))
    lower = sheet.resolve(ref)
    if lower is None:
        sheet.dangling(ref, f"{path}.ref")
        return
    sheet.link("ran_on", run, lower.key, path)
    for number, name in enumerate(texts(line.get("dependsOn"))):
        upper = sheet.resolve(name)
        if upper is None:
            sheet.dangling(name, f"{path}.dependsOn[{number}]")
            continue
        sheet.link("ran_on", run, upper.key, path)
        sheet.first_legal(("runs_on", "ran_on", "after"), lower.key, upper.key, path)
