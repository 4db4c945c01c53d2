"""What the OpenAPI document says of questions and acts, derived from their types."""

from __future__ import annotations

from typing import Any

from api.act import ACTS, Act
from api.answer_schema import Schema, answer_schema, sent_schema
from api.gate import Gate
from api.ingested import Ingestion
from api.rest.question import FAIL_ON, MEDIA, PLACES, Parameter, parameters
from queries.asking import Asked, questions

_TEXTS = {
    "key": "A key, a purl, or a name that is unambiguous.",
    "as_of": "A revision, or a time (ISO 8601): the graph as it was then.",
    "at_least": "Wait up to 5 seconds for this revision, then answer STALE.",
    "scope": "default takes what counts, all the archived too.",
    "stream": "A stream whose claims stand in place of the default branch's.",
    "wait": "Seconds to wait for a revision after `after`, at most 60.",
    "where": "An object of terms as JSON: what the rows have to be.",
    "order_by": "Fields to order by; a minus in front of one makes it descending.",
    "after": "The place of the last row that was seen: its values as a JSON list.",
    "before": "The place of the first row that was seen.",
    "first": "At most so many rows; a file of rows goes to the end without it.",
    "last": "At most so many rows, the last ones.",
    "fail_on": "The worst verdict that is not let through, such as BREAKS.",
}
_REF, _DEFS, _SENT = "#/components/schemas/", "#/$defs/", "sent"


def get_extra(asked: Asked, *, rows: bool = False) -> dict[str, Any]:
    """A question's address: its parameters, its answer as JSON or, with ``rows``, its rows."""
    known = parameters(asked)
    described = [_parameter(one) for one in known]
    if asked.name == "changes":
        described.append(_parameter(Parameter("wait", float | None, required=False)))
    if not rows:
        return {"parameters": described, "responses": {"200": _answered(asked)}}
    form = {
        "name": "form", "in": "path", "required": True,
        "description": "How the rows are written.",
        "schema": {"enum": list(MEDIA)},
    }  # fmt: skip
    media: dict[str, Any] = {name.partition(";")[0]: {} for name in MEDIA.values()}
    written = {"description": "The answer, written that way.", "content": media}
    return {"parameters": [form, *described], "responses": {"200": written}}


def ask_extra(asked: Asked) -> dict[str, Any]:
    """The same question with its fields in one object."""
    body = _object(parameters(asked))
    return {"requestBody": _body(body), "responses": {"200": _answered(asked)}}


def act_extra(kind: type[Act]) -> dict[str, Any]:
    """An act: its fields in one object, answered by a row with a receipt for each document."""
    done = {"$ref": f"{_REF}ingested.Ingestion"}
    answered = {"description": "What came of it.", "content": {MEDIA["json"]: {"schema": done}}}
    return {"requestBody": _body(_sent(kind)), "responses": {"200": answered}}


def described_by(known: tuple[Parameter, ...], media: str) -> dict[str, Any]:
    """An address with these parameters that answers in a medium of its own."""
    answered = {"description": "The answer.", "content": {media: {"schema": {}}}}
    return {
        "parameters": [_parameter(one) for one in known],
        "responses": {"200": answered},
    }


def gate_extra(asked: Asked, *, body: bool = False) -> dict[str, Any]:
    """The question about impact and a threshold, as parameters or in one object."""
    known = (FAIL_ON, *parameters(asked))
    schema = {"$ref": f"{_REF}gate.Gate"}
    answered = {"description": "Whether it passes.", "content": {MEDIA["json"]: {"schema": schema}}}
    if body:
        return {"requestBody": _body(_object(known)), "responses": {"200": answered}}
    return {"parameters": [_parameter(one) for one in known], "responses": {"200": answered}}


def place_extra() -> dict[str, Any]:
    """Where a question would be asked."""
    answered = {"description": "The revision.", "content": {MEDIA["json"]: {"schema": {}}}}
    return {
        "parameters": [_parameter(one) for one in PLACES],
        "responses": {"200": answered},
    }


def with_components(described: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI document with the types that the addresses speak of."""
    schemas = described.setdefault("components", {}).setdefault("schemas", {})
    for asked in questions().values():
        schemas |= _moved(answer_schema(asked.answer, asked.name)["$defs"], asked.name)
        for one in parameters(asked):
            schemas |= _moved(sent_schema(one.hint)[1], _SENT)
    for kind in ACTS.values():
        schemas |= _moved(sent_schema(kind)[1], _SENT)
    for name, kind in {"ingested": Ingestion, "gate": Gate}.items():
        schemas |= _moved(answer_schema(kind, name)["$defs"], name)
    return described


def _sent(hint: Any) -> Schema:
    found: Schema = _pointed(sent_schema(hint)[0], _SENT)
    return found


def _moved(definitions: dict[str, Schema], head: str) -> dict[str, Schema]:
    return {f"{head}.{name}": _pointed(one, head) for name, one in definitions.items()}


def _pointed(schema: Any, head: str) -> Any:
    """The schema with its references to where the OpenAPI document keeps types."""
    if isinstance(schema, list):
        return [_pointed(one, head) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: f"{_REF}{head}.{one.removeprefix(_DEFS)}" if name == "$ref" else _pointed(one, head)
        for name, one in schema.items()
    }


def _answered(asked: Asked) -> dict[str, Any]:
    schema = {"$ref": f"{_REF}{asked.name}.{asked.answer.__name__}"}
    return {"description": "The answer.", "content": {MEDIA["json"]: {"schema": schema}}}


def _object(known: tuple[Parameter, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {one.name: _sent(one.hint) for one in known},
        "required": [one.name for one in known if one.required],
        "additionalProperties": False,
    }


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {MEDIA["json"]: {"schema": schema}}}


def _parameter(one: Parameter) -> dict[str, Any]:
    return {
        "name": one.name,
        "in": "query",
        "required": one.required,
        "description": _TEXTS.get(one.name, ""),
        "schema": _sent(one.hint),
    }
