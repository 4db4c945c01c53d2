"""Row types of the knowledge pack: what a compatibility fact may say (design section 5).

A pack row becomes an ordinary property statement whose name is the row type and whose value has
the fields below; every row carries ``source``, and may carry ``grade`` (a row of GRADES, how good
the evidence is). What the words of a field mean is said in ``lineage.knowledge``.
"""

from __future__ import annotations

from lineage.vocabulary.rows import KnowledgeKind, Table

# Best evidence first; rows of one pack that contradict each other are settled by it. A row without
# one is a vendor's.
GRADES: tuple[str, ...] = ("artefact", "metadata", "vendor", "project", "plan", "third-party")
GRADE = "vendor"

# The field of a runs row that says on which platforms it holds.
PLATFORM = "platform"
# The marker variable (PEP 508) that such a platform names.
MACHINE = "platform_machine"

KNOWLEDGE: Table[KnowledgeKind] = Table(
    "knowledge row",
    [
        KnowledgeKind(name="capability", subjects=("component",),
                      fields={"scheme": "text", "contract": "text", "from": "text?",
                              "declared_by": "text?", "title": "text?"},
                      description="A capability: how its values compare and what a newer value "
                      "still serves (backward, major, none). `from` names who gives it besides "
                      "members: host, gpu, or environment:VARIABLE (marker variables, the finest "
                      "first, separated by commas). `declared_by` names the property whose value "
                      "is a line on it. `title` is what people call it.",
                      choices={"contract": ("backward", "major", "none")}),
        KnowledgeKind(name="release", subjects=("component",),
                      fields={"requires": "list?", "requires_python": "text?", "tags": "list?",
                              "channel": "text?", "covers": "list?", "provides_extra": "list?",
                              "whole": "flag?"},
                      description="A known release of a family: its declared lines (as in its "
                      "metadata, markers and extras included), Requires-Python, wheel tags, "
                      "channel (absent: the public index of its purl type), and which families "
                      "the excerpt of its lines covers (patterns; [] for none; absent: "
                      "all). `whole`: the pack lists every release of the family."),
        KnowledgeKind(name="provides", subjects=("family", "pattern", "component"),
                      fields={"capability": "text", "value": "text", "role": "text"},
                      description="Who provides a capability. `value` is a rule: version "
                      "(the first two numbers of the provider's version), mark (from the name's "
                      "mark), or =TEXT. `role`: runtime gives that value, library only its first "
                      "number, bindings makes no demand on the host.",
                      choices={"role": ("runtime", "library", "bindings")}),
        KnowledgeKind(name="succeeds", subjects=("family", "component"),
                      fields={"old": "text", "capability": "text?", "major": "text?"},
                      description="The subject took the place of family `old` from that major of "
                      "the capability on; a step of `old` to the subject's versions is a step of "
                      "that capability."),
        KnowledgeKind(name="requires", subjects=("component", "family", "pattern"),
                      fields={"capability": "text", "range": "text", "kind": "text",
                              "given": "list?", "note": "text?"},
                      description="The subject needs a capability in a range. `kind`: minimum or "
                      "floor (below it nothing runs), full (below it with caveats), line (a "
                      "vendor's word: a hint). `given` is a list of {capability, range}: the row "
                      "counts only where each of them is provided in that range.",
                      choices={"kind": ("minimum", "floor", "full", "line")}),
        KnowledgeKind(name="built_for", subjects=("component", "family"),
                      fields={"capability": "text", "value": "text", "build": "text?",
                              "channel": "text?", "range": "text?", "vendor": "flag?"},
                      description="A release, or one build of it (`build`; empty: the untagged "
                      "one), was built for a value, or without the capability (`none`). "
                      "`channel` is the end of an index address (absent: the public index). A row "
                      "of a family, or with `vendor`, is a hint."),
        KnowledgeKind(name="runs", subjects=("component", "family"),
                      fields={"capability": "text", "cubin": "list", "ptx": "list?",
                              "build": "text?", "given": "list?", "platform": "text?"},
                      description="GPU code inside an artefact: cubins and PTX by capability, in "
                      "that build, or in the one for the `given` value."),
        KnowledgeKind(name="soname", subjects=("pattern",),
                      fields={"library": "text", "families": "list?", "capability": "text",
                              "values": "list"},
                      description="A shared-object name: its library, the families that ship it "
                      "and the capability values it serves (`*`: every value)."),
        KnowledgeKind(name="mark", subjects=("pattern",),
                      fields={"where": "text", "capability": "text", "value": "text",
                              "exclusive": "flag?"},
                      description="What a piece of a name, build or wheel tag (`where`) means. "
                      "The pattern is a regular expression, searched; `value` is built from its "
                      "groups ({1}.{2}); a comparison in front makes it a range, `none` says "
                      "built without the capability. `exclusive`: it works with that value only, "
                      "whatever the contract.",
                      choices={"where": ("name", "build", "tag")}),
        KnowledgeKind(name="artefact", subjects=("component",),
                      fields={"file": "text?", "needed": "list", "opened": "list?",
                              "ships": "list?", "tags": "list?"},
                      description="An inspected artefact: sonames it needs, opens by name, ships."),
        KnowledgeKind(name="forward_compat", subjects=("component", "family"),
                      fields={"capability": "text", "value": "text", "driver": "text",
                              "classes": "list?", "verdict": "text"},
                      description="A package that lets a driver of branch `driver` serve the newer "
                      "`value` on GPUs of these classes. `verdict`: compatible, not_needed (the "
                      "driver serves it by itself) or not_compatible; a branch without a row is "
                      "not supported.",
                      choices={"verdict": ("compatible", "not_needed", "not_compatible")}),
        KnowledgeKind(name="tested_with", subjects=("component", "family"),
                      fields={"capability": "text", "value": "text", "note": "text?",
                              "given": "list?"},
                      description="A vendor's tested configuration: a hint, never a bond. "
                      "`capability` may be a family's key; `value` may be a range."),
        KnowledgeKind(name="engine", subjects=("family", "pattern"),
                      fields={"capability": "text", "bound_to": "list", "note": "text?"},
                      description="A compiled model is bound to runtime version, GPU and platform."),
        KnowledgeKind(name="gpu", subjects=("family",),
                      fields={"capability": "text", "value": "text", "class": "text",
                              "architecture": "text?", "match": "text?"},
                      description="A GPU model and the compute capability it provides. `class`: "
                      "datacenter, consumer/workstation or jetson. `match` is a regular "
                      "expression, searched in a device's name without regard to case; of "
                      "several that match the longest text counts."),
        KnowledgeKind(name="note", subjects=("component", "family", "pattern"),
                      fields={"topic": "text", "text": "text"},
                      description="What is known in words only: shown beside a verdict, never "
                      "judged. `topic`: a reason code of the verdict it goes with, or conflict, "
                      "plan, forward_compat, below_minimum, container."),
    ],
)  # fmt: skip
