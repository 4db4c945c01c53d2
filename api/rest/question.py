"""``GET /v1/QUESTION`` and ``POST /v1/ask/QUESTION``: every question, with its own fields.

The fields are those of the question's type, and beside them where it is asked: ``as_of``,
``at_least``, ``scope``, ``stream``. GET takes them as parameters (a list by naming one several
times, what is nested as JSON), POST as one JSON object. The answer is the JSON of the answer's
type, or with a suffix its rows: ``/v1/impact.ndjson``, ``/v1/impact.csv``, ``/v1/impact.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import orjson
from starlette.responses import Response

from api import output
from api.coding import coding_of, packed
from api.decoding import ShapeError, decode
from api.house import House
from api.negotiation import accepts
from api.plain import plain
from api.rest.problem import NotAcceptableError, ParameterInvalidError
from api.rest.streaming import stream_of
from api.whole import FORMS, written
from lineage.model.revision import At, Scope
from queries.asking import Asked
from queries.whole import is_list

PLACE: Mapping[str, Any] = {
    "as_of": str | None, "at_least": int | None, "scope": Scope, "stream": str | None,
}  # fmt: skip
"""Where a question is asked."""

MEDIA = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
}
_BACKWARDS = frozenset({"last", "before"})
_WORDS = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A field of a question as people send it."""

    name: str
    hint: Any
    required: bool


PLACES = tuple(Parameter(name, hint, required=False) for name, hint in PLACE.items())


@cache
def parameters(asked: Asked) -> tuple[Parameter, ...]:
    """The fields of a question in order, then the place."""
    hints = get_type_hints(asked.question)
    own = [
        Parameter(one.name, hints[one.name], _is_required(one))
        for one in fields(asked.question)
        if one.name != "at"
    ]
    return (*own, *PLACES)


def question_of(asked: Asked, given: Mapping[str, Any], house: House) -> Any:
    """The question that these plain values make, at its place.

    Raises ParameterInvalidError, RevisionUnknownError, StaleError.
    """
    known = parameters(asked)
    values = _decoded(known, given)
    return asked.question(at=_taken(values, house), **values)


def place_of(given: Mapping[str, Any], house: House) -> At:
    """Where these plain values ask; ParameterInvalidError, RevisionUnknownError, StaleError."""
    return _taken(_decoded(PLACES, given), house)


def _taken(values: dict[str, Any], house: House) -> At:
    """The place among these values, which are taken out."""
    place = {name: values.pop(name) for name in PLACE if name in values}
    if "scope" in place:
        place["scope"] = place["scope"].value
    return house.at(**place)


def _decoded(known: tuple[Parameter, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    types = {one.name: one for one in known}
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in types:
            raise _wrong(name, f"there is none; known: {', '.join(types)}")
        try:
            values[name] = decode(types[name].hint, value, strict=True, path=name)
        except ShapeError as error:
            raise _wrong(error.path, error.reason) from None
    for one in known:
        if one.required and one.name not in values:
            raise _wrong(one.name, "it is missing")
    return values


def from_texts(known: Iterable[Parameter], items: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Parameters of an address as plain values; ParameterInvalidError."""
    types = {one.name: one.hint for one in known}
    found: dict[str, Any] = {}
    whole: set[str] = set()
    for name, text in items:
        hint = _bare(types.get(name, str))
        several = get_origin(hint) is tuple and not text.startswith("[")
        if several and name not in whole:
            found.setdefault(name, []).append(_value(get_args(hint)[0], name, text))
        elif name in found:
            raise _wrong(name, "it is given twice")
        else:
            whole.add(name)
            found[name] = _value(hint, name, text)
    return found


def respond(
    house: House, asked: Asked, given: Mapping[str, Any], form: str, accepted: str
) -> Response:
    """The answer in a form: JSON whole, a list's rows to the end, any other rows as they are.

    ``accepted`` is Accept-Encoding. Raises what ``question_of`` and the question raise.
    """
    question = question_of(asked, given, house)
    if form in FORMS and is_list(asked) and not _BACKWARDS.intersection(given):
        most = question.first if "first" in given else None
        revision = {"Lineage-Revision": str(question.at.revision)}
        rows = written(house.handle, question, form, most)
        return stream_of(rows, MEDIA[form], accepted, **revision)
    answer = house.ask(question)
    told = {"Lineage-Revision": str(answer.revision)} if hasattr(answer, "revision") else {}
    if form != "json":
        return stream_of(output.write(answer, form), MEDIA[form], accepted, **told)
    body = orjson.dumps(answer, option=orjson.OPT_NON_STR_KEYS, default=plain)
    headers = {"Vary": "Accept, Accept-Encoding", **told}
    coding = coding_of(accepted, len(body))
    if coding is not None:
        body, headers["Content-Encoding"] = packed(body, coding), coding
    return Response(body, media_type=MEDIA["json"], headers=headers)


def form_of(suffix: str | None, accept: str) -> str:
    """How the answer is to be written: the suffix, else what the client likes best.

    Raises ParameterInvalidError (a suffix that there is not), NotAcceptableError.
    """
    if suffix is not None:
        if suffix not in MEDIA:
            raise _wrong("form", f"'{suffix}' is not one of {', '.join(MEDIA)}")
        return suffix
    offered = {media.partition(";")[0]: form for form, media in MEDIA.items()}
    media = accepts(accept, tuple(offered))
    if media is None:
        raise NotAcceptableError(offered=", ".join(offered))
    return offered[media]


def _value(hint: Any, name: str, text: str) -> Any:
    """A text as the plain value that its type is decoded from."""
    hint = _bare(hint)
    if hint is bool:
        if text.lower() not in _WORDS:
            raise _wrong(name, f"'{text}' is not true or false")
        return _WORDS[text.lower()]
    if hint is int or hint is float:
        try:
            return hint(text)
        except ValueError:
            wanted = "an integer" if hint is int else "a number"
            raise _wrong(name, f"'{text}' is not {wanted}") from None
    if hint is str or (isinstance(hint, type) and issubclass(hint, str)):
        return text
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if get_origin(hint) is None and hint is not Any:
            raise _wrong(name, f"not JSON: {error}") from None
        return text


def _wrong(name: str, reason: str) -> ParameterInvalidError:
    return ParameterInvalidError(name=name, path=name, reason=reason)


def _bare(hint: Any) -> Any:
    """The type without None and NewType."""
    if get_origin(hint) in (Union, UnionType):
        some = [one for one in get_args(hint) if one is not NoneType]
        return _bare(some[0]) if len(some) == 1 else hint
    return _bare(hint.__supertype__) if hasattr(hint, "__supertype__") else hint


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING
