"""Component: one interface, a concrete type per row of NODES, and its global id."""

from collections.abc import Callable
from typing import Any, Optional

import strawberry

from api.graphql.context import Context, Placed
from api.graphql.derive import Derivation
from api.graphql.identifier import Identifier, read_id, write_id
from lineage.errors import KeyUnknownError, RevisionUnknownError
from lineage.vocabulary.nodes import NODES
from queries.component import Answer, Component

_TYPE = "Component"


def node_interface() -> Any:
    """The interface of what has a global id."""
    body = {"__annotations__": {"id": strawberry.ID}}
    return strawberry.interface(
        type("Node", (), body), description="Something with a global id that stays the same."
    )


def component_types(derivation: Derivation, node: Any) -> tuple[Any, ...]:
    """The concrete types, in the order of the rows."""
    interface = derivation.output(
        Answer,
        name=_TYPE,
        interfaces=(node,),
        extra={"id": _id_field()},
        interface=True,
        description="A component, with everything that is claimed about it and who claims it.",
    )
    return tuple(
        derivation.output(
            Answer,
            name=row.graphql,
            interfaces=(interface,),
            is_type_of=_is_kind(row.name),
            description=row.description,
        )
        for row in NODES
    )


def node_field(node: Any) -> Any:
    """The field that finds something by its global id; null for what is not there."""

    def resolve(info: Any, id: strawberry.ID) -> Any:  # noqa: A002
        identifier = read_id(str(id))
        if identifier.type != _TYPE:
            return None
        context: Context = info.context
        try:
            as_of = None if identifier.revision is None else str(identifier.revision)
            question = Component(key=identifier.key, at=context.house.at(as_of=as_of))
            answer = context.house.ask(question)
        except (KeyUnknownError, RevisionUnknownError):
            return None
        context.placed[id_of(answer)] = Placed(asked="", question=question, as_of=as_of is not None)
        return answer

    resolve.__annotations__["info"] = strawberry.Info
    return strawberry.field(
        resolver=resolve,
        graphql_type=Optional[node],  # noqa: UP045 - evaluated at run time
        description="Anything by its global id.",
    )


def id_of(answer: Any) -> int:
    """By which an answer of this request is remembered."""
    return id(answer)


def _id_field() -> Any:
    def resolve(root: Any, info: Any) -> Any:
        placed = info.context.placed.get(id_of(root))
        revision = root.revision if placed is not None and placed.as_of else None
        return write_id(Identifier(type=_TYPE, key=root.key, revision=revision))

    resolve.__annotations__["info"] = strawberry.Info
    resolve.__annotations__["root"] = strawberry.Parent[Any]  # type: ignore[misc]
    return strawberry.field(
        resolver=resolve, graphql_type=strawberry.ID, description="Its global id."
    )


def _is_kind(kind: str) -> Callable[[Any, Any], bool]:
    def is_type_of(found: Any, _info: Any) -> bool:
        return isinstance(found, Answer) and found.kind == kind

    return is_type_of
