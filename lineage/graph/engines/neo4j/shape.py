"""What the graph looks like in Neo4j: labels of nodes and types of relationships.

Components carry ``Component`` and the label of their kind, so that people count what they mean;
an assembly is a node beside its component and carries ``Assembly`` only, with the same key; a
resolved node is ``Resolved``, a resolution ``Resolution``. Relationship types are the edge kinds
of the vocabulary in capitals, and three of the projection's own.
"""

from __future__ import annotations

from lineage.graph.projection.packing import FREE, Codes
from lineage.vocabulary.edges import EDGES
from lineage.vocabulary.nodes import NODES

COMPONENT, ASSEMBLY, RESOLUTION, RESOLVED = "Component", "Assembly", "Resolution", "Resolved"
RANGES = (COMPONENT, ASSEMBLY, RESOLUTION, RESOLVED)
"""Labels in the order of the projection's ranges."""
NAMED_BY = {COMPONENT: "key", ASSEMBLY: "key", RESOLUTION: "digest", RESOLVED: "digest"}
"""The property that, with the tenant, names a node of each range."""
FORM = 1
"""The number of this shape; a graph of another shape is made anew."""


def labels_of(kind: str) -> tuple[str, ...]:
    """The labels of a component of that kind."""
    return (COMPONENT, NODES.get(kind).graphql) if kind in NODES else (COMPONENT,)


def type_of(kind: str) -> str:
    """The relationship type of an edge kind."""
    return kind.upper()


def kind_of(relationship_type: str) -> str:
    """The edge kind of a relationship type."""
    return relationship_type.lower()


FREE_KINDS = tuple(kind for kind, _ in Codes(()).pairs[:FREE])
"""What the projection adds by itself; such an edge costs a walk nothing."""
FREE_TYPES = tuple(type_of(kind) for kind in FREE_KINDS)
"""The types of free edges."""
STATED_TYPES = tuple(sorted(type_of(kind) for kind in EDGES.names()))
"""The types of all others."""
EVERY_TYPE = (*FREE_TYPES, *STATED_TYPES)
"""All types that are ours; what people add under other types is theirs."""
