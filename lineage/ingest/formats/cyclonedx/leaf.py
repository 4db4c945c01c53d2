"""Where every leaf of the CycloneDX 1.7 schema goes: mapped, kept or ignored, and why.

A leaf is a path like ``components[].hashes[].alg``; ``...`` at the end of a pattern means it and
all that is below. Only what is kept may be named that way: it is kept whole, so a leaf that a later
schema adds below is kept too, while a new leaf beside the mapped ones stands in no row and fails
a test. Older versions of the format have no other leaves with other meanings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

Treatment = Literal["mapped", "kept", "ignored"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One row: a pattern, what is done with it, and where it goes (or why nowhere).

    ``mapped``: a key, an edge or a property of its own, or a fact of the submission. ``kept``:
    the raw value, in a JSON property, in an ``extension`` or in a fact of the submission.
    """

    pattern: str
    treatment: Treatment
    to: str


def leaf_of(path: str) -> Leaf | None:
    """The row of a leaf: its own, else the nearest that names all below; None if unlisted."""
    rows = table()
    if path in rows:
        return rows[path]
    above = path
    while above:
        if (row := rows.get(f"{above}...")) is not None:
            return row
        above = above[:-2] if above.endswith("[]") else above.rpartition(".")[0]
    return None


@cache
def table() -> dict[str, Leaf]:
    """All rows by pattern, contexts written out."""
    return {leaf.pattern: leaf for leaf in _rows()}


_COMPONENTS = ("metadata.component", "components[]", "formulation[].components[]")
_SERVICES = ("services[]", "formulation[].services[]")
_BOTH = (*_COMPONENTS, *_SERVICES)
_ENTITIES = (
    *(f"{place}.{name}" for place in _COMPONENTS for name in ("supplier", "manufacturer")),
    *(f"{place}.provider" for place in _SERVICES),
)
_PERSONS = tuple(f"{place}.authors[]" for place in _COMPONENTS)
_DATA = tuple(
    f"{place}.{name}"
    for place in _COMPONENTS
    for name in ("data[]", "modelCard.modelParameters.datasets[]")
)
_GOVERNANCE = (
    *(f"{place}.governance" for place in _DATA),
    *(f"{place}.data[].governance" for place in _SERVICES),
)
_LICENCES = tuple(f"{place}.licenses[]" for place in _BOTH)
_CARDS = tuple(f"{place}.modelCard" for place in _COMPONENTS)
_REFERENCES = ("externalReferences[]", *(f"{place}.externalReferences[]" for place in _BOTH))
_RUNS = ("formulation[].workflows[]", "formulation[].workflows[].tasks[]")
_TOP = ("",)
_LABEL = "a label inside the document: references are resolved by it, it is no fact"

# (contexts, treatment, {pattern below the context: where it goes})
_TABLE: tuple[tuple[tuple[str, ...], Treatment, dict[str, str]], ...] = (
    (_TOP, "ignored", {
        "$schema": "names the schema, which specVersion does",
        "bomFormat": "names the format, which is checked",
    }),
    (_TOP, "mapped", {
        "specVersion": "fact spec_version; chooses the schema",
        "serialNumber": "fact serial_number; resolves BOM-Links into the document itself",
        "version": "fact bom_version",
        "metadata.timestamp": "fact timestamp",
        "properties[].name": "property of the subject, by that name",
        "properties[].value": "property of the subject",
        "dependencies[].ref": "downstream of depends_on",
        "dependencies[].dependsOn[]": "upstream of depends_on; empty: dependencies none",
        "dependencies[].provides[]": "downstream of provided_by",
        "compositions[].aggregate": "completeness, dependencies",
        "compositions[].assemblies[]": "subject of completeness",
        "compositions[].dependencies[]": "subject of completeness and dependencies",
        "compositions[].vulnerabilities[]": "subject of completeness",
        "vulnerabilities[].id": "key of the vulnerability",
        "vulnerabilities[].description": "description",
        "vulnerabilities[].affects[].ref": "downstream of affected_by",
        "vulnerabilities[].affects[].versions[].version": "version of the downstream",
        "vulnerabilities[].affects[].versions[].range": "condition of the downstream family",
        "vulnerabilities[].affects[].versions[].status": "attribute status of affected_by",
        "vulnerabilities[].analysis.state": "attribute state of affected_by",
        "vulnerabilities[].analysis.justification": "attribute justification of affected_by",
        "vulnerabilities[].analysis.response[]": "attribute response of affected_by",
        "vulnerabilities[].analysis.detail": "attribute detail of affected_by",
        "vulnerabilities[].analysis.firstIssued": "attribute firstIssued of affected_by",
        "vulnerabilities[].analysis.lastUpdated": "attribute lastUpdated of affected_by",
        "formulation[].properties[].name": "property of the subject, by that name",
        "formulation[].properties[].value": "property of the subject",
    }),
    (_TOP, "kept", {
        **{f"metadata.{name}...": f"fact metadata.{name}" for name in (
            "tools", "lifecycles", "authors", "manufacturer", "manufacture", "supplier",
            "licenses", "properties", "distributionConstraints")},
        "signature...": "fact signature",
        "annotations...": "extension of each annotated component",
        "citations...": "extension of each component that is pointed into",
        "declarations...": "extension of the subject",
        "definitions...": "extension of the subject",
        "compositions[].signature...": "inside completeness",
        "vulnerabilities[].ratings...": "rating",
        **{f"vulnerabilities[].{name}...": "vulnerability_detail" for name in (
            "source", "references", "cwes", "detail", "recommendation", "workaround",
            "proofOfConcept", "advisories", "created", "published", "updated", "rejected",
            "credits", "tools", "properties")},
    }),
    (_TOP, "ignored", {
        "compositions[].bom-ref": _LABEL,
        "formulation[].bom-ref": _LABEL,
        "vulnerabilities[].bom-ref": _LABEL,
    }),
    (_BOTH, "mapped", {
        "name": "key and name",
        "group": "namespace of the key; extension where a purl says otherwise",
        "version": "version of the key; extension where a purl says otherwise",
        "description": "description",
        "tags[]": "tag",
        "properties[].name": "property by that name; hyperparameter by its prefix",
        "properties[].value": "property; hyperparameter",
    }),
    (_BOTH, "kept", {
        "releaseNotes...": "release_notes",
        "patentAssertions...": "extension",
        "signature...": "extension",
    }),
    (_BOTH, "ignored", {"bom-ref": _LABEL}),
    (_COMPONENTS, "mapped", {
        "type": "kind and raw_kind",
        "purl": "key; alias where it is not canonical; pointer by an image's tag",
        "author": "author",
        "publisher": "publisher",
        "versionRange": "requirement of the member and of requires; version_range",
        "isExternal": "is_external; requires",
        "scope": "dependency scope of the member; member_scope",
        "hashes[].alg": "digest; key of what has neither purl nor version",
        "hashes[].content": "digest; key of what has neither purl nor version",
        "copyright": "copyright",
        "cpe": "cpe",
        "modified": "modified",
        "pedigree.commits[].uid": "version of the code it was built_from",
        "pedigree.commits[].url": "key of the code it was built_from",
        "pedigree.patches[].diff.url": "key of the code it was built_from",
    }),
    (_COMPONENTS, "kept", {
        "mime-type": "extension",
        "omniborId...": "extension",
        "swhid...": "extension",
        "swid...": "extension",
        "evidence...": "evidence",
        "cryptoProperties...": "extension; the asset type decides the kind",
        "pedigree.commits...": "extension of the code",
        "pedigree.patches...": "extension",
        "pedigree.notes": "extension",
    }),
    (_CARDS, "mapped", {
        "modelParameters.approach.type": "model_approach",
        "modelParameters.task": "model_task",
        "modelParameters.architectureFamily": "model_architecture",
        "modelParameters.modelArchitecture": "model_architecture",
        "modelParameters.datasets[].ref": "upstream of trained_on",
        "modelParameters.inputs[].format": "model_input",
        "modelParameters.outputs[].format": "model_output",
        "considerations.users[]": "user",
        "considerations.useCases[]": "intended_use",
        "considerations.technicalLimitations[]": "limitation",
        "considerations.performanceTradeoffs[]": "performance_tradeoff",
        "considerations.environmentalConsiderations.energyConsumptions[].activity":
            "activity of energy and co2e",
        "considerations.environmentalConsiderations.energyConsumptions[].activityEnergyCost.value":
            "energy in kWh",
        "considerations.environmentalConsiderations.energyConsumptions[].co2CostEquivalent.value":
            "co2e in kg",
        "considerations.environmentalConsiderations.properties[].name": "property by that name",
        "considerations.environmentalConsiderations.properties[].value": "property",
        "properties[].name": "property by that name; hyperparameter by its prefix",
        "properties[].value": "property; hyperparameter",
    }),
    (_CARDS, "kept", {
        "quantitativeAnalysis.performanceMetrics...": "metric; evaluated_on by a dataset's name",
        "quantitativeAnalysis.graphics...": "graphic",
        "considerations.ethicalConsiderations...": "ethical_consideration",
        "considerations.fairnessAssessments...": "fairness_assessment",
        "considerations.environmentalConsiderations.energyConsumptions...":
            "environmental_consideration; providers by name in energy and co2e",
    }),
    (_CARDS, "ignored", {"bom-ref": _LABEL}),
    (_DATA, "mapped", {
        "type": "data_type",
        "name": "key of an inline dataset; data_content",
        "contents.url": "key of an inline dataset; data_content",
        "classification": "classification",
        "sensitiveData[]": "sensitive_data",
        "description": "description",
    }),
    (_DATA, "kept", {
        "contents...": "data_content; the stage property gives the role of trained_on",
        "graphics...": "graphic",
    }),
    (_DATA, "ignored", {"bom-ref": _LABEL}),
    (_GOVERNANCE, "mapped", {
        "owners[].organization.name": "owner; owned_by",
        "owners[].contact.name": "owner; owned_by",
    }),
    (_GOVERNANCE, "kept", {
        "owners...": "governance",
        "custodians...": "governance",
        "stewards...": "governance",
    }),
    (_ENTITIES, "mapped", {"name": "supplier or manufacturer; supplied_by or owned_by"}),
    (_ENTITIES, "kept", dict.fromkeys((
        "address...", "url...", "contact...",
    ), "extension")),
    (_PERSONS, "mapped", {"name": "author; owned_by"}),
    (_PERSONS, "kept", {"email": "extension; author without a name", "phone": "extension"}),
    ((*_ENTITIES, *_PERSONS), "ignored", {"bom-ref": _LABEL}),
    (_LICENCES, "mapped", {
        "expression": "licence",
        "acknowledgement": "licence",
        "license.id": "licence",
        "license.name": "licence",
        "license.acknowledgement": "licence",
    }),
    (_LICENCES, "kept", dict.fromkeys((
        "expressionDetails...", "licensing...", "properties...", "license.text...",
        "license.url", "license.licensing...", "license.properties...",
    ), "extension")),
    (_LICENCES, "ignored", {
        "bom-ref": _LABEL,
        "license.bom-ref": _LABEL,
    }),
    (_REFERENCES, "mapped", {
        "url": "external_reference; of type vcs source_repository and built_from",
        "type": "external_reference; vcs: source_repository",
    }),
    (_REFERENCES, "kept", {
        "comment": "external_reference",
        "hashes...": "external_reference",
        "properties...": "external_reference",
    }),
    (_SERVICES, "mapped", {
        "endpoints[]": "endpoint",
        "authenticated": "authenticated",
        "x-trust-boundary": "trust_boundary",
        "trustZone": "trust_zone",
        "data[].flow": "reads, written_by; extension",
        "data[].classification": "classification of the data; extension",
        "data[].name": "key of the data; extension",
        "data[].description": "description of the data; extension",
        "data[].source[]": "written_by where it is a service; extension",
        "data[].destination[]": "reads where it is a service; extension",
    }),
    (_RUNS, "mapped", {
        "uid": "key of the run",
        "name": "name of the run; its key where it has no uid",
        "description": "description",
        "properties[].name": "property by that name",
        "properties[].value": "property",
        "resourceReferences[].ref": "used, built_with, trained_with or ran_on; extension",
        "inputs[].resource.ref": "used, built_with, trained_with or ran_on; extension",
        "inputs[].parameters[].name": "hyperparameter; extension",
        "inputs[].parameters[].value": "hyperparameter; extension",
        "outputs[].resource.ref": "produced_by; extension",
        "runtimeTopology[].ref": "ran_on, runs_on; extension",
        "runtimeTopology[].dependsOn[]": "ran_on, runs_on; extension",
    }),
    (_RUNS, "kept", dict.fromkeys((
        "taskTypes...", "trigger...", "steps...", "inputs...", "outputs...", "timeStart",
        "timeEnd", "workspaces...", "resourceReferences...", "runtimeTopology...",
    ), "extension")),
    (_RUNS, "ignored", {"bom-ref": _LABEL}),
    (("formulation[].workflows[]",), "mapped", {
        "taskDependencies[].ref": "downstream of after; extension",
        "taskDependencies[].dependsOn[]": "upstream of after; extension",
    }),
    (("formulation[].workflows[]",), "kept", {"taskDependencies...": "extension"}),
)  # fmt: skip


def _rows() -> Iterator[Leaf]:
    for contexts, treatment, patterns in _TABLE:
        for context in contexts:
            for pattern, to in patterns.items():
                path = f"{context}.{pattern}".removeprefix(".")
                yield Leaf(pattern=path, treatment=treatment, to=to)
