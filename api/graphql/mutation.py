"""Mutations: what people claim by hand, each a document, answered by its receipt or a failure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Optional

import strawberry
from strawberry.scalars import JSON

from api.act import Act, Attesting, Author, Joining, SaidValue, Separating, Setting, perform
from api.graphql.context import Context
from api.graphql.derive import Derivation
from api.graphql.failure import Failure, failure_of
from api.graphql.fields import plain_argument, result_union
from lineage.errors import DocumentRefusedError, LineageError, StreamForbiddenError
from lineage.model.document import Receipt

# Whoever asks on this machine without a token.
_NOBODY = "local"
_KEY = "A key, a purl, or a name that is unambiguous."
_STATE = "none, unknown, withheld or not_applicable is said instead of a value."


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(Failure):
    """The document was not taken: what is wrong with it and, where that can be said, where."""

    path: str | None


def mutation_type(derivation: Derivation, failures: tuple[Any, ...], failure: Any) -> Any:
    """The type ``Mutation``. ``failures`` are those of questions, ``failure`` their interface."""
    refused = derivation.output(Refused, interfaces=(failure,))
    receipt = derivation.output(Receipt)
    state = derivation.enums["State"]
    value = Annotated[Optional[JSON], strawberry.argument(description="The value, as JSON.")]  # noqa: UP045
    said: Any = Annotated[state, strawberry.argument(description=_STATE)]
    key = Annotated[str, strawberry.argument(description=_KEY)]
    default = state("value")

    def set_(info, key, name, value=None, state=default):  # type: ignore[no-untyped-def]
        one = SaidValue(name=name, value=value, state=plain_argument(state))
        return _perform(info.context, Setting(key=key, values=(one,)))

    def join(info, one, other):  # type: ignore[no-untyped-def]
        return _perform(info.context, Joining(one=one, other=other))

    def separate(info, one, other):  # type: ignore[no-untyped-def]
        return _perform(info.context, Separating(one=one, other=other))

    def attest(info, key, name, evidence, expires, value=None, state=default):  # type: ignore[no-untyped-def]
        act = Attesting(
            key=key, name=name, evidence=evidence, expires=expires, value=value,
            state=plain_argument(state),
        )  # fmt: skip
        return _perform(info.context, act)

    pair = {"one": key, "other": key}
    stated = {"key": key, "name": str, "value": value, "state": said}
    shapes: dict[str, tuple[Callable[..., Any], dict[str, Any], str]] = {
        "set": (
            set_, stated, "Claim a property of a component yourself; what you set comes first.",
        ),
        "join": (join, pair, "Say that two keys are one thing; `separate` takes it back."),
        "separate": (separate, pair, "Take a join back; what documents claim themselves stays."),
        "attest": (
            attest,
            {**stated, "evidence": str, "expires": str},
            "Vouch for a property of a component, with evidence, up to a day (ISO 8601).",
        ),
    }  # fmt: skip
    body = {}
    for name, (resolver, hints, description) in shapes.items():
        resolver.__annotations__ = {"info": strawberry.Info, **hints}
        result = result_union(f"{name.title()}Result", (receipt, *failures, refused))
        body[name] = strawberry.mutation(
            resolver=resolver, graphql_type=result, name=name, description=description
        )
    made = type("Mutation", (), body)
    return strawberry.type(made, description="Claims made by hand; each is a document.")


def _perform(context: Context, act: Act) -> Receipt | Failure:
    author = Author(principal=_NOBODY, client=context.client)
    try:
        (row,) = perform(context.house, act, author).documents
    except (DocumentRefusedError, StreamForbiddenError) as error:
        path = error.data.get("path")
        context.refused.append(error.code)
        return Refused(code=error.code, message=str(error), path=path)
    except LineageError as error:
        failure = failure_of(error)
        if failure is None:
            raise
        context.refused.append(failure.code)
        return failure
    assert row.receipt is not None
    return row.receipt
