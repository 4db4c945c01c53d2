"""Changes, the change table, verdicts and reason codes (design section 5)."""

from __future__ import annotations

from lineage.vocabulary.edges import EDGES
from lineage.vocabulary.rows import ChangeKind, Crossing, ReasonRow, Table, VerdictRow

CHANGES: Table[ChangeKind] = Table(
    "change",
    [
        ChangeKind(name="upgrade", argument="VERSION", built=True,
                   description="A family or capability goes from a range to a value."),
        ChangeKind(name="remove", argument="", built=True, description="It is taken away."),
        ChangeKind(name="replace", argument="KEY", built=True,
                   description="Another component takes its place."),
        ChangeKind(name="add", argument="REQUIREMENT", built=True,
                   description="A requirement is added to an assembly."),
        ChangeKind(name="place", argument="HOST", built=True,
                   description="An assembly is placed on a host."),
        ChangeKind(name="end_of_life", argument="DATE", built=True,
                   description="Nobody supports it from that day on."),
        ChangeKind(name="retract", argument="", built=True,
                   description="A dataset or model is withdrawn: consent, licence, poisoning."),
        ChangeKind(name="relicense", argument="EXPRESSION", built=True,
                   description="Its licence changes."),
        ChangeKind(name="vulnerable", argument="", built=True,
                   description="A weakness is published."),
    ],
)  # fmt: skip

_MOVES = ("upgrade", "replace", "remove", "add", "place")
_TAINTS = ("retract", "relicense", "vulnerable")
_DERIVATION = tuple(k.name for k in EDGES if k.edge_class == "derivation")

CROSSINGS: Table[Crossing] = Table(
    "crossing",
    [
        Crossing(name="move-rules", changes=_MOVES, edge_kinds=("depends_on", "requires"),
                 effect="RULES"),
        Crossing(name="move-carries", changes=_MOVES, effect="CARRIES",
                 edge_kinds=("contains", "serves", "runs_on", "prompted_by", "uses_tool")),
        Crossing(name="move-revalidate", changes=_MOVES, effect="REVALIDATE",
                 edge_kinds=("built_with", "trained_with", "evaluated_on", *_DERIVATION)),
        Crossing(name="move-notice", changes=_MOVES, effect="NOTICE",
                 edge_kinds=("calls", "reads", "stored_in")),
        Crossing(name="taint-exposed", changes=_TAINTS, effect="EXPOSED",
                 edge_kinds=(*_DERIVATION, "contains", "serves", "runs_on", "reads",
                             "prompted_by", "uses_tool")),
        Crossing(name="taint-exposed-data", changes=_TAINTS, effect="EXPOSED",
                 edge_kinds=("depends_on",), downstream=("model", "dataset")),
        Crossing(name="taint-notice", changes=_TAINTS, effect="NOTICE",
                 edge_kinds=("evaluated_on", "monitored_by", "calls", "depends_on")),
        Crossing(name="end-of-life-notice", changes=("end_of_life",), effect="NOTICE",
                 edge_kinds=(*_DERIVATION, "depends_on", "requires", "contains", "serves",
                             "runs_on", "reads", "prompted_by", "uses_tool", "built_with",
                             "trained_with", "evaluated_on", "monitored_by", "calls",
                             "stored_in")),
    ],
)  # fmt: skip

VERDICTS: Table[VerdictRow] = Table(
    "verdict",
    [
        VerdictRow(name="BREAKS", rank=0, description="A requirement is violated, it is bound to "
                   "the old value, pinned to or carrying something that breaks, or its host "
                   "does not provide enough."),
        VerdictRow(name="REBUILD", rank=1, description="The same release works, but another build "
                   "of it is needed and exists in a channel the assembly resolves from."),
        VerdictRow(name="UNKNOWN", rank=2, description="It leans on something that breaks and no "
                   "release is known to hold, or it cannot be judged. Does not spread."),
        VerdictRow(name="REVALIDATE", rank=3,
                   description="Nothing forbids it; behaviour may change."),
        VerdictRow(name="EXPOSED", rank=4,
                   description="Derived from it, trained on it, contains it or serves it."),
        VerdictRow(name="UNDECLARED", rank=5, folded=True, description="It leans on the thing "
                   "and declares no upper bound; there is no other evidence."),
        VerdictRow(name="NOTICE", rank=6, description="Touched without being made of it."),
        VerdictRow(name="SURVIVES", rank=7, description="A bounded requirement holds, the "
                   "contract covers the step, or it ships support for both."),
        VerdictRow(name="SWAPPED", rank=8, folded=True,
                   description="It is the thing that changes."),
    ],
)  # fmt: skip

REASONS: Table[ReasonRow] = Table(
    "reason",
    [
        ReasonRow(name="CONSTRAINT", verdict="BREAKS", rank=0,
                  description="A declared requirement is violated."),
        ReasonRow(name="BOUND", verdict="BREAKS", rank=1, description="The artefact is bound to "
                  "the old value by soname, name, build tag or wheel tag."),
        ReasonRow(name="PINNED", verdict="BREAKS", rank=2, description="Pinned to something that "
                  "breaks, and no known release frees it."),
        ReasonRow(name="CARRIES", verdict="BREAKS", rank=3,
                  description="Contains, serves or runs on something that breaks."),
        ReasonRow(name="HOST", verdict="BREAKS", rank=4, description="The host or GPU it stands "
                  "on does not provide enough."),
        ReasonRow(name="WAITS", verdict="UNKNOWN", rank=0, description="It leans on something "
                  "that breaks, and no release of that is known to hold."),
        ReasonRow(name="BUILD", verdict="UNKNOWN", rank=1, description="Published once per value, "
                  "and nobody inspected this artefact."),
        ReasonRow(name="TARGET", verdict="UNKNOWN", rank=2,
                  description="A version or the target cannot be judged."),
        ReasonRow(name="NATIVE", verdict="SURVIVES", rank=0,
                  description="The host's driver is the value's own."),
        ReasonRow(name="BACKWARD", verdict="SURVIVES", rank=1,
                  description="A newer driver serves everything older."),
        ReasonRow(name="MINOR_VERSION", verdict="SURVIVES", rank=2, description="An older driver "
                  "of the same major serves it, with caveats."),
        ReasonRow(name="BOUNDED", verdict="SURVIVES", rank=3,
                  description="A requirement with an upper bound holds."),
        ReasonRow(name="CONTRACT", verdict="SURVIVES", rank=4,
                  description="The contract of the capability covers the step."),
        ReasonRow(name="SHIPS_BOTH", verdict="SURVIVES", rank=5,
                  description="It ships support for the old and the new value."),
        ReasonRow(name="ADMITS", verdict="SURVIVES", rank=6, description="It admits a known "
                  "release that holds; the fix is named."),
    ],
)  # fmt: skip
