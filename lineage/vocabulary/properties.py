"""Known property names with their types, states of a claimed value, and source precedence."""

from __future__ import annotations

from typing import Literal

from lineage.vocabulary.rows import PrecedenceRow, PropertyName, Table

State = Literal["value", "none", "unknown", "withheld", "not_applicable"]
STATES: tuple[State, ...] = ("value", "none", "unknown", "withheld", "not_applicable")

ATTESTATION = "attestation"
"""The property that stands beside the claim that a person vouches for."""

_EVERYWHERE = [
    ("alias", "text", "Another name or purl under which the same thing is known."),
    ("description", "text", "What its author says it is."),
    ("licence", "licence", "SPDX expression and the raw text; declared or concluded."),
    ("digest", "digest", "Content digest, algorithm:hex."),
    ("owner", "agent", "The person or team that answers for it."),
    ("team", "agent", "The team that works on it."),
    ("author", "agent", "Who made it."),
    ("publisher", "agent", "Who published it."),
    ("supplier", "agent", "Who supplied it."),
    ("manufacturer", "agent", "Who made the device or the software."),
    ("deployment_environment", "text", "Where it is deployed: prod, staging, ..."),
    ("criticality", "text", "How much depends on it, in the organisation's words."),
    ("lifecycle", "text", "planned, active, deployed, deprecated, retired or archived."),
    ("end_of_life", "date", "The day from which nobody supports it."),
    ("copyright", "text", "Copyright statement."),
    ("cpe", "text", "CPE name."),
    ("external_reference", "json", "A link: type, url, comment, hashes."),
    ("hyperparameter", "json", "A hyperparameter: name and value."),
    ("metric", "json", "A measured metric: type, value, slice, confidence interval."),
    ("model_task", "text", "The task the model is for."),
    ("model_approach", "text", "Learning type: supervised, unsupervised, ..."),
    ("model_architecture", "text", "Architecture family and name."),
    ("model_input", "text", "Format of the inputs."),
    ("model_output", "text", "Format of the outputs."),
    ("graphic", "json", "A picture of the model card: name and image."),
    ("intended_use", "text", "What it is meant for."),
    ("user", "text", "Whom it is meant for."),
    ("limitation", "text", "A known technical limitation."),
    ("performance_tradeoff", "text", "A known trade-off."),
    ("ethical_consideration", "json", "A risk and how it is mitigated."),
    ("environmental_consideration", "json", "Environmental considerations, as stated."),
    ("fairness_assessment", "json", "Group at risk, benefits, harms, mitigation."),
    ("sensitive_data", "text", "Kinds of sensitive data inside."),
    ("classification", "text", "Data classification."),
    ("data_type", "text", "What kind of data it is: dataset, configuration, definition, ..."),
    ("data_content", "json", "Where the data is: attachment, url, properties."),
    ("governance", "json", "Custodians, stewards and owners of the data."),
    ("hardware_class", "text", "cpu, gpu, tpu, npu, fpga, asic, qpu, edge, machine."),
    ("vulnerability_detail", "json", "Ratings, CWEs, analysis and advisories."),
    ("rating", "json", "A severity rating of a vulnerability."),
    ("release_notes", "json", "Release notes, as stated."),
    ("source_repository", "text", "Where the source code is."),
    ("tag", "text", "A label."),
    (
        ATTESTATION,
        "json",
        "What a person vouches for: name of the property, evidence, by whom, until when.",
    ),
    ("requires_python", "text", "Requires-Python of a Python distribution."),
    ("extension", "json", "A field that no row of this table covers, kept whole."),
]
_QUANTITIES = [
    ("energy", "kWh", "Energy used; the activity says by what."),
    ("co2e", "kg", "Greenhouse gases, CO2 equivalent; the activity says by what."),
    ("cost", "", "Money, with its currency."),
]
_IN_ASSEMBLY = [
    ("dependencies", "text", "What is known of a member's dependencies: none, complete, incomplete, unknown."),
    ("artefact", "json", "The installed file: file, digest, tags, index, build, size; inspected: needed, opened, ships."),
    ("known_artefact", "json", "A file that a lock admits, one of several: as artefact."),
    ("build", "text", "Local version or build tag of the installed artefact."),
    ("marker_environment", "json", "PEP 508 marker values of the assembly (its subject)."),
    ("completeness", "json", "What a BOM says of its own completeness, by part."),
    ("evidence", "json", "How the component was identified or where it occurs."),
    ("is_external", "flag", "The member is expected from outside, not part of the assembly."),
    ("version_range", "text", "The range of versions of an external member (vers)."),
    ("member_scope", "text", "required, optional or excluded, as the BOM says."),
    ("modified", "flag", "The member was modified from the original."),
]  # fmt: skip

# Names whose values add up; of any other one value decides (design section 3).
_MANY = frozenset({
    "alias", "digest", "author", "cpe", "external_reference", "hyperparameter", "metric",
    "model_input", "model_output", "graphic", "intended_use", "user", "limitation",
    "performance_tradeoff", "ethical_consideration", "environmental_consideration",
    "fairness_assessment", "sensitive_data", "data_content", "governance", "rating", "tag",
    "extension",
})  # fmt: skip

PROPERTIES: Table[PropertyName] = Table(
    "property",
    [
        *(
            PropertyName(
                name=n,
                value_type=t,  # type: ignore[arg-type]
                holds="everywhere",
                description=d,
                many=n in _MANY,
            )
            for n, t, d in _EVERYWHERE
        ),
        *(
            PropertyName(name=n, value_type="quantity", holds="everywhere", unit=u, description=d)
            for n, u, d in _QUANTITIES
        ),
        *(
            PropertyName(name=n, value_type=t, holds="assembly", description=d)  # type: ignore[arg-type]
            for n, t, d in _IN_ASSEMBLY
        ),
    ],
)

# Whose value of a property filters, counts and decides (design section 3).
PRECEDENCE: Table[PrecedenceRow] = Table(
    "precedence",
    [
        PrecedenceRow(
            name="set", rank=0, description="`lineage set` and attestations by a person."
        ),
        PrecedenceRow(name="manifest", rank=1, description="The team's own lineage.yaml."),
        PrecedenceRow(name="document", rank=2, description="Any other document."),
        PrecedenceRow(name="tenant-pack", rank=3, description="The tenant's own knowledge pack."),
        PrecedenceRow(name="public-pack", rank=4, description="The public knowledge pack."),
    ],
)
