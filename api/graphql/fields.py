"""Query fields of questions: arguments derived from the question, failures as union members."""

import inspect
from collections.abc import Collection, Mapping
from dataclasses import MISSING, Field, fields
from typing import Annotated, Any, Optional, Union, get_type_hints

import strawberry

from api.graphql.component import whole_node
from api.graphql.context import Context, Placed
from api.graphql.cursor import question_digest
from api.graphql.derive import SHORT, Derivation
from api.graphql.failure import FAILURES, Failure, failure_of
from api.graphql.where import Wheres, plain_input, plain_order, rows_of, snake
from lineage.errors import LineageError
from lineage.model.revision import Scope
from queries.asking import Asked
from queries.component import Component

_DESCRIPTIONS = {
    "as_of": "A revision, or a time (ISO 8601): the graph as it was then.",
    "at_least": "Wait up to 5 seconds for this revision, then answer Stale.",
    "scope": "DEFAULT takes what counts, ALL the archived too.",
    "stream": "A stream whose claims stand in place of the default branch's.",
    "key": "A key, a purl, or a name that is unambiguous.",
    "where": "All that is given holds.",
    "order_by": "By the first, equal ones by the next; the key ends every order.",
    "knowledge": "Take what only a knowledge pack speaks of as well.",
}


def failure_types(derivation: Derivation) -> tuple[Any, tuple[Any, ...]]:
    """The interface of expected failures, and the types of those of questions."""
    interface = derivation.output(Failure, interface=True)
    return interface, tuple(derivation.output(kind, interfaces=(interface,)) for kind in FAILURES)


def result_union(name: str, types: tuple[Any, ...]) -> Any:
    """A union of object types."""
    return Annotated[Union[types], strawberry.union(name)]  # noqa: UP007 - the types are dynamic


def question_field(asked: Asked, derivation: Derivation, wheres: Wheres, result: Any) -> Any:
    """The field of a question; its arguments are the question's own fields, and the place."""
    parameters = [*own_parameters(asked, derivation, wheres), *place_parameters(derivation)]
    names = [parameter.name for parameter in parameters[: -len(PLACE)]]

    def resolver(info: Any, **given: Any) -> Any:
        return _resolve(asked, names, info.context, given)

    first = [
        inspect.Parameter(
            "info", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=strawberry.Info
        ),
    ]
    resolver.__signature__ = inspect.Signature([*first, *parameters])  # type: ignore[attr-defined]
    resolver.__annotations__ = {p.name: p.annotation for p in [*first, *parameters]}
    resolver.__name__ = asked.name
    return strawberry.field(resolver=resolver, graphql_type=result, description=asked.description)


PLACE = ("as_of", "at_least", "scope", "stream")


def place_parameters(derivation: Derivation) -> list[inspect.Parameter]:
    """Where in time, and what counts: the arguments of every question."""
    scope = derivation.enums["Scope"]
    hints: dict[str, tuple[Any, Any]] = {
        "as_of": (Optional[str], None),  # noqa: UP045 - evaluated at run time
        "at_least": (Optional[int], None),  # noqa: UP045
        "scope": (scope, scope(Scope.DEFAULT.value)),
        "stream": (Optional[str], None),  # noqa: UP045
    }
    return [_parameter(name, hint, default) for name, (hint, default) in hints.items()]


def own_parameters(
    asked: Asked, derivation: Derivation, wheres: Wheres, *, without: Collection[str] = ()
) -> list[inspect.Parameter]:
    """The fields of a question as arguments, but for ``at`` and those of ``without``."""
    hints = get_type_hints(asked.question)
    own = [field for field in fields(asked.question) if field.name not in ("at", *without)]
    shape = {field.name: hints[field.name] for field in own}
    rows = rows_of(asked)
    made = []
    for one in own:
        hint = derivation.hint(shape[one.name], one.name, shape)
        if one.name == "where" and rows is not None:
            hint = Optional[wheres.where(rows)]  # noqa: UP045 - evaluated at run time
        elif one.name == "order_by" and rows is not None:
            order = list.__class_getitem__(wheres.order(rows))
            hint = Optional[order]  # noqa: UP045
            made.append(_parameter(one.name, hint, None))
            continue
        made.append(_parameter(one.name, hint, _default(one)))
    return made


def _default(field: Field[Any]) -> Any:
    if field.default is not MISSING:
        return field.default
    if field.default_factory is not MISSING:
        return field.default_factory()
    return inspect.Parameter.empty


def _parameter(name: str, hint: Any, default: Any) -> inspect.Parameter:
    description = _DESCRIPTIONS.get(name)
    argument = strawberry.argument(description=description, name=SHORT.get(name))
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[hint, argument],
    )


def _resolve(asked: Asked, names: list[str], context: Context, given: dict[str, Any]) -> Any:
    try:
        plain = plain_arguments(given)
        at = context.at(**{name: plain[name] for name in PLACE})
        question = asked.question(at=at, **{name: plain[name] for name in names})
        answer = context.house.ask(question)
    except LineageError as error:
        failure = failure_of(error)
        if failure is None:
            raise
        return failure
    if isinstance(question, Component):
        return whole_node(answer, context, question, as_of=given["as_of"] is not None)
    digest = question_digest(asked.name, plain)
    placed = Placed(asked=digest, question=question, as_of=given["as_of"] is not None)
    context.placed[id(answer)] = placed
    return answer


def plain_arguments(given: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments by name as questions take them."""
    found = {name: plain_argument(value) for name, value in given.items()}
    if "where" in given:
        found["where"] = snake(plain_input(given["where"]))
    if "order_by" in given:
        found["order_by"] = plain_order(given["order_by"])
    return found


def plain_argument(value: Any) -> Any:
    """An argument as the question takes it: enum members as their values, lists as tuples."""
    if isinstance(value, list):
        return tuple(plain_argument(one) for one in value)
    return getattr(value, "value", value)
