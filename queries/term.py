"""The words of ``where``: which terms each row type has, and what kind of operand each takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from lineage.vocabulary.changes import REASONS, VERDICTS
from lineage.vocabulary.edges import EDGES
from lineage.vocabulary.nodes import NODES

Operand = Literal["texts", "number", "flag", "version", "licence", "property", "text", "rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One word of the grammar. ``rows`` names the row type of an operand of that kind.

    ``choices`` are the only texts that make sense, where they are known. ``path`` is the column;
    ``orders`` whether rows can be ordered and grouped by it.
    """

    name: str
    operand: Operand
    description: str
    path: str = ""
    rows: str = ""
    choices: Callable[[], tuple[str, ...]] | None = None
    orders: bool = True

    @property
    def column(self) -> str:
        """The column that it asks."""
        return self.path or self.name


def _several(*pairs: tuple[str, str]) -> tuple[Term, ...]:
    return tuple(Term(name=name, operand="texts", description=text) for name, text in pairs)


_IDENTITY = (
    Term(name="key", operand="texts", description="The key."),
    Term(name="kind", operand="texts", description="The node kind.", choices=NODES.names),
    *_several(
        ("family", "The key without its version."),
        ("name", "The name."),
    ),
    Term(name="version", operand="version", description="The version is in this range."),
    Term(name="licence", operand="licence", description="The licence that decides."),
    *_several(
        ("owner", "The person or team that answers for it."),
        ("lifecycle", "Where it stands in its life: planned, active, deployed, retired, ..."),
        ("criticality", "How much depends on it, in the organisation's words."),
        ("deployment_environment", "Where it is deployed: prod, staging, ..."),
    ),
    Term(name="tag", operand="texts", description="One of its tags.", path="tags"),
)
_ASSEMBLY = (
    *_IDENTITY,
    Term(name="members", operand="number", description="How many components are in it."),
    Term(name="direct", operand="number", description="How many of them it asks for itself."),
    Term(
        name="unknown", operand="number",
        description="How many of them nobody speaks of the dependencies of.",
    ),
    Term(name="resolution", operand="texts", description="The digest of its contents."),
    Term(name="stream", operand="texts", path="streams", description="A stream that describes it."),
    Term(
        name="contains", operand="rows", rows="components", orders=False,
        description="A component in it.",
    ),
    Term(
        name="carried_by", operand="rows", rows="components", orders=False,
        description="A service that contains it, serves it or runs on it, however far.",
    ),
)  # fmt: skip
_PROPERTY = Term(
    name="property", operand="property", orders=False,
    description="A property compares so, any by its name.",
)  # fmt: skip
_TEXT = Term(
    name="text", operand="text", orders=False,
    description="A text in the name, an alias or the family.",
)  # fmt: skip
_COMPONENT = (
    *_IDENTITY,
    _PROPERTY,
    _TEXT,
    Term(name="held_by", operand="number", description="How many assemblies hold it."),
    Term(
        name="leaned_on", operand="number",
        description="How many edges that hold everywhere lead to it.",
    ),
    Term(
        name="known_by", operand="texts", choices=lambda: ("estate", "knowledge"),
        description="Whether the estate has it or only a knowledge pack speaks of it.",
    ),
    Term(name="assembly", operand="flag", description="Whether its contents are known."),
    Term(name="archived", operand="flag", description="Whether it no longer counts."),
    Term(
        name="member_of", operand="rows", rows="assemblies", orders=False,
        description="An assembly that holds it.",
    ),
    Term(
        name="contains", operand="rows", rows="components", orders=False,
        description="A component in it.",
    ),
    Term(
        name="carries", operand="rows", rows="components", orders=False,
        description="A component in it or in anything that it carries (services).",
    ),
    Term(
        name="upstream", operand="rows", rows="components", orders=False,
        description="What it was made from or leans on, over one edge that holds everywhere.",
    ),
    Term(
        name="downstream", operand="rows", rows="components", orders=False,
        description="What was made from it or leans on it, over one edge that holds everywhere.",
    ),
)  # fmt: skip
_EDGE = (
    Term(name="key", operand="texts", description="What makes it this edge."),
    Term(
        name="kind", operand="texts", description="The edge kind.", choices=EDGES.names
    ),
    *_several(
        ("dependency_scope", "runtime, build, train, development, test, optional."),
        ("role", "training, validation, test, grounding, ..."),
        ("origin", "declared, inferred or observed."),
        ("requirement", "The range as it was declared."),
    ),
    Term(name="confidence", operand="number", description="How sure an inferred edge is."),
    Term(name="unpinned", operand="flag", description="Named by pointer or without a version."),
    Term(
        name="known_by", operand="texts", choices=lambda: ("estate", "knowledge"),
        description="Whether the estate says so or only a knowledge pack.",
    ),
    Term(
        name="downstream", operand="rows", rows="components",
        description="What was made or leans.",
    ),
    Term(
        name="upstream", operand="rows", rows="components",
        description="What it was made from or leans on.",
    ),
)  # fmt: skip
_MEMBER = (
    Term(
        name="direct", operand="texts", description="direct, transitive or unknown.",
        choices=lambda: ("direct", "transitive", "unknown"),
    ),
    *_several(
        ("dependency_scope", "runtime, build, train, development, test, optional."),
        ("build", "The build tag of the installed artefact."),
        ("requirement", "What the assembly asks of it, as declared."),
    ),
    Term(
        name="unknown", operand="flag",
        description="Whether nobody speaks of its dependencies there.",
    ),
    Term(name="component", operand="rows", rows="components", description="The component."),
    Term(name="assembly", operand="rows", rows="assemblies", description="The assembly."),
)  # fmt: skip
_SERVICE = Term(name="service", operand="rows", rows="components", description="The service.")
_AFFECTED = (
    Term(
        name="verdict", operand="texts", description="The verdict.",
        choices=VERDICTS.names,
    ),
    Term(
        name="reason", operand="texts", description="The reason code.",
        choices=REASONS.names,
    ),
    Term(name="depth", operand="number", description="Steps from what changes."),
    Term(name="assembly", operand="rows", rows="assemblies", description="The assembly."),
)  # fmt: skip
_UPSTREAM = (
    Term(name="depth", operand="number", description="Hops from what was asked about."),
    Term(
        name="edge", operand="texts", description="The kind of the last edge on the way.",
        choices=EDGES.names,
    ),
    Term(
        name="inside", operand="texts", path="assemblies",
        description="An assembly that it was reached inside; null: over no assembly.",
    ),
)  # fmt: skip
_OF_COMPONENT = tuple(one for one in _COMPONENT if one.name != "assembly")

TERMS: Mapping[str, tuple[Term, ...]] = {
    "components": _COMPONENT,
    "assemblies": (*_ASSEMBLY, _PROPERTY, _TEXT),
    "edges": _EDGE,
    "occurrences": _MEMBER,
    "carries": (_SERVICE, _MEMBER[-1]),
    "uses": (_SERVICE, *_MEMBER),
    "affected": (*_OF_COMPONENT, *_AFFECTED),
    "upstream": (*_OF_COMPONENT, *_UPSTREAM),
}
"""The terms of each row type, in order."""
