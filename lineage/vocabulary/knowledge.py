"""Row types of the knowledge pack: what a compatibility fact may say (design section 5).

A pack row becomes an ordinary property statement whose name is the row type and whose value has
the fields below; every row carries ``source``.
"""

from __future__ import annotations

from lineage.vocabulary.rows import KnowledgeKind, Table

KNOWLEDGE: Table[KnowledgeKind] = Table(
    "knowledge row",
    [
        KnowledgeKind(name="capability", subjects=("component",),
                      fields={"scheme": "text", "contract": "text", "from": "text?",
                              "declared_by": "text?"},
                      description="A capability: how its values compare and what a newer value "
                      "still serves (backward, major, none). `from` names who gives it besides "
                      "members: host, gpu, or environment:VARIABLE (marker variables, the finest "
                      "first, separated by commas). `declared_by` names the property whose value "
                      "is a line on it."),
        KnowledgeKind(name="release", subjects=("component",),
                      fields={"requires": "list?", "requires_python": "text?", "tags": "list?",
                              "channel": "text?", "covers": "list?", "provides_extra": "list?"},
                      description="A known release of a family: its declared lines, "
                      "Requires-Python, wheel tags, channel, and which families the excerpt of "
                      "its lines covers (absent: all)."),
        KnowledgeKind(name="provides", subjects=("family", "pattern", "component"),
                      fields={"capability": "text", "value": "text", "role": "text"},
                      description="Who provides a capability. `value` is a rule: version "
                      "(the first two numbers of the provider's version), mark (from the name's "
                      "mark), or =TEXT. `role`: runtime, library or bindings."),
        KnowledgeKind(name="succeeds", subjects=("family", "component"),
                      fields={"old": "text", "capability": "text?", "major": "text?"},
                      description="The subject took the place of family `old` from that major on."),
        KnowledgeKind(name="requires", subjects=("component", "family", "pattern"),
                      fields={"capability": "text", "range": "text", "kind": "text",
                              "note": "text?"},
                      description="The subject needs a capability in a range; kind is minimum, "
                      "full, floor or line."),
        KnowledgeKind(name="built_for", subjects=("component", "family"),
                      fields={"capability": "text", "value": "text", "build": "text?",
                              "channel": "text?", "range": "text?", "vendor": "flag?"},
                      description="A release, or one build of it, was built for a value."),
        KnowledgeKind(name="runs", subjects=("component", "family"),
                      fields={"capability": "text", "cubin": "list", "ptx": "list?",
                              "build": "text?"},
                      description="GPU code inside an artefact: cubins and PTX by capability."),
        KnowledgeKind(name="soname", subjects=("pattern",),
                      fields={"library": "text", "families": "list?", "capability": "text",
                              "values": "list"},
                      description="A shared-object name: its library, the families that ship it "
                      "and the capability values it serves."),
        KnowledgeKind(name="mark", subjects=("pattern",),
                      fields={"where": "text", "capability": "text", "value": "text",
                              "exclusive": "flag?"},
                      description="What a piece of a name, build or wheel tag means. The pattern "
                      "is a regular expression with groups; `value` is built from them."),
        KnowledgeKind(name="artefact", subjects=("component",),
                      fields={"file": "text?", "needed": "list", "opened": "list?",
                              "ships": "list?", "tags": "list?"},
                      description="An inspected artefact: sonames it needs, opens by name, ships."),
        KnowledgeKind(name="forward_compat", subjects=("component", "family"),
                      fields={"capability": "text", "value": "text", "driver": "text",
                              "classes": "list?", "verdict": "text"},
                      description="A package that lets an older driver serve a newer value."),
        KnowledgeKind(name="tested_with", subjects=("component", "family"),
                      fields={"capability": "text", "value": "text", "note": "text?"},
                      description="A vendor's tested configuration: a hint, never a bond."),
        KnowledgeKind(name="engine", subjects=("family", "pattern"),
                      fields={"capability": "text", "bound_to": "list", "note": "text?"},
                      description="A compiled model is bound to runtime version, GPU and platform."),
        KnowledgeKind(name="gpu", subjects=("family",),
                      fields={"capability": "text", "value": "text", "class": "text",
                              "architecture": "text?"},
                      description="A GPU model and the compute capability it provides."),
    ],
)  # fmt: skip
