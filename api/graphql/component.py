"""Component: one interface, a concrete type per row of NODES, and its global id."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Optional, get_type_hints

import strawberry

from api.graphql.context import Context
from api.graphql.derive import Derivation
from api.graphql.identifier import read_id
from api.graphql.node import TYPE, WHOLE, Node, Seen, WholeNode
from lineage.errors import KeyUnknownError, RevisionUnknownError
from lineage.graph.catalogue.row import ComponentRow
from lineage.vocabulary.nodes import NODES
from queries.component import Answer, Component

_ID = "Its global id."
_SAID = {
    "licence": "The licence that decides, or the state that is claimed in place of one.",
    "owner": "The person or team that answers for it.",
    "held_by": "How many assemblies it is a member of.",
    "leaned_on": "How many edges that hold everywhere lead to it.",
    "known_by": "estate, or knowledge where only a knowledge pack speaks of it.",
    "assembly": "Whether its contents are known.",
}


def node_interface() -> Any:
    """The interface of what has a global id."""
    body = {"__annotations__": {"id": strawberry.ID}}
    return strawberry.interface(
        type("Node", (), body), description="Something with a global id that stays the same."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentTypes:
    """The interface, and the concrete types in the order of the rows."""

    interface: Any
    concrete: tuple[Any, ...]


def component_types(derivation: Derivation, node: Any) -> ComponentTypes:
    """The interface and the concrete types, which stand for whole answers and for rows of lists."""
    hints = get_type_hints(ComponentRow)
    shape = {one.name: hints[one.name] for one in fields(ComponentRow)}
    columns = {
        name: strawberry.field(
            graphql_type=derivation.hint(hint, name, shape), description=_SAID.get(name)
        )
        for name, hint in shape.items()
        if name not in WHOLE
    }
    extra = {"id": strawberry.field(graphql_type=strawberry.ID, description=_ID), **columns}
    interface = derivation.output(
        Answer,
        name=TYPE,
        interfaces=(node,),
        extra=extra,
        interface=True,
        description="A component, with everything that is claimed about it and who claims it.",
    )
    concrete = tuple(
        derivation.output(
            Answer,
            name=row.graphql,
            interfaces=(interface,),
            is_type_of=_is_kind(row.name),
            description=row.description,
        )
        for row in NODES
    )
    return ComponentTypes(interface=interface, concrete=concrete)


def kind_of(found: Any) -> str | None:
    """The name of the concrete type of a component; None for what is none."""
    return NODES.get(found.kind).graphql if isinstance(found, Node) else None


def node_field(node: Any) -> Any:
    """The field that finds something by its global id; null for what is not there."""

    def resolve(info: Any, id: strawberry.ID) -> Any:  # noqa: A002
        identifier = read_id(str(id))
        if identifier.type != TYPE:
            return None
        context: Context = info.context
        try:
            as_of = None if identifier.revision is None else str(identifier.revision)
            question = Component(key=identifier.key, at=context.house.at(as_of=as_of))
            answer = context.house.ask(question)
        except (KeyUnknownError, RevisionUnknownError):
            return None
        return whole_node(answer, context, question, as_of=as_of is not None)

    resolve.__annotations__["info"] = strawberry.Info
    return strawberry.field(
        resolver=resolve,
        graphql_type=Optional[node],  # noqa: UP045 - evaluated at run time
        description="Anything by its global id.",
    )


def whole_node(answer: Answer, context: Context, question: Component, *, as_of: bool) -> WholeNode:
    """An answer as an object of the request."""
    return WholeNode(answer, Seen(handle=context.handle, at=question.at, as_of=as_of))


def _is_kind(kind: str) -> Callable[[Any, Any], bool]:
    def is_type_of(found: Any, _info: Any) -> bool:
        return isinstance(found, Node) and found.kind == kind

    return is_type_of
