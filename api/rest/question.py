"""``GET /v1/QUESTION`` and ``POST /v1/ask/QUESTION``: every question, with its own fields.

The fields are those of the question's type, and beside them where it is asked: ``as_of``,
``at_least``, ``scope``, ``stream``. GET takes them as parameters (a list by naming one several
times, what is nested as JSON), POST as one JSON object. The answer is the JSON of the answer's
type, or with a suffix its rows: ``/v1/impact.ndjson``, ``/v1/impact.csv``, ``/v1/impact.md``.

Where the rows of an answer can be narrowed (``queries.narrowed``), ``where`` and ``order_by`` do
that, in every form. A tag (ETag) says what was asked at which revision.
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
from api.tag import KEPT, entity_tag, is_known, is_revisioned
from api.whole import FORMS, header_of, told, written
from lineage.model.revision import At, Scope
from queries.asking import Asked
from queries.narrowed import Sifting, narrowed, sieve_of
from queries.whole import is_list

PLACE: Mapping[str, Any] = {
    "as_of": str | None, "at_least": int | None, "scope": Scope, "stream": str | None,
}  # fmt: skip
"""Where a question is asked."""
SIFTED: Mapping[str, Any] = {"where": Any, "order_by": tuple[str, ...]}
"""Which rows of an answer, in which order."""

MEDIA = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
}
VARY = "Accept, Accept-Encoding"
_BACKWARDS = frozenset({"last", "before"})
_WORDS = {"true": True, "1": True, "false": False, "0": False}
# What JSON and both databases can carry.
_GREATEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Parameter:
    """A field of a question as people send it."""

    name: str
    hint: Any
    required: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks over HTTP: the question and its plain values, and how to answer it.

    ``form`` is a name of MEDIA, ``accepted`` Accept-Encoding, ``known`` If-None-Match.
    """

    asked: Asked
    given: Mapping[str, Any]
    form: str
    accepted: str
    known: str = ""


PLACES = tuple(Parameter(name, hint, required=False) for name, hint in PLACE.items())
FAIL_ON = Parameter("fail_on", str, required=True)
"""What a gate is told beside the question."""
_SIFTED = tuple(Parameter(name, hint, required=False) for name, hint in SIFTED.items())


@cache
def parameters(asked: Asked) -> tuple[Parameter, ...]:
    """The fields of a question in order, what narrows the rows of its answer, the place."""
    hints = get_type_hints(asked.question)
    own = [
        Parameter(one.name, hints[one.name], _is_required(one))
        for one in fields(asked.question)
        if one.name != "at"
    ]
    return (*own, *(_SIFTED if sieve_of(asked.answer) else ()), *PLACES)


def question_of(asked: Asked, given: Mapping[str, Any], house: House) -> tuple[Any, Sifting]:
    """The question that these plain values make, at its place; which rows of its answer.

    Raises ParameterInvalidError, RevisionUnknownError, StaleError.
    """
    values = _decoded(parameters(asked), given)
    rows = {}
    if sieve_of(asked.answer):
        rows = {name: values.pop(name) for name in SIFTED if name in values}
    return asked.question(at=_taken(values, house), **values), Sifting(**rows)


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


def respond(house: House, wanted: Wanted) -> Response:
    """The answer in its form: JSON whole, a list's rows to the end, any other rows as they are.

    304 where the client has it. Raises what ``question_of`` and the question raise.
    """
    question, sifting = question_of(wanted.asked, wanted.given, house)
    headers = _kept(house, wanted, question)
    if is_known(headers.get("ETag", ""), wanted.known):
        return Response(status_code=304, headers={**headers, "Vary": VARY})
    if wanted.form in FORMS and is_list(wanted.asked) and not _BACKWARDS & wanted.given.keys():
        most = question.first if "first" in wanted.given else None
        rows = written(house.handle, question, wanted.form, most)
        headers |= {"Lineage-Revision": str(question.at.revision), **_counted(rows.told)}
        return stream_of(rows.pieces, MEDIA[wanted.form], wanted.accepted, **headers)
    answer = narrowed(house.ask(question), sifting, question.at, house.handle)
    if hasattr(answer, "revision"):
        headers["Lineage-Revision"] = str(answer.revision)
    if wanted.form != "json":
        headers |= _counted(told(answer.narrowed if sifting else answer))
        pieces = output.write(answer, wanted.form)
        return stream_of(pieces, MEDIA[wanted.form], wanted.accepted, **headers)
    body = orjson.dumps(answer, option=orjson.OPT_NON_STR_KEYS, default=plain)
    coding = coding_of(wanted.accepted, len(body))
    if coding is not None:
        body, headers["Content-Encoding"] = packed(body, coding), coding
    return Response(body, media_type=MEDIA["json"], headers={**headers, "Vary": VARY})


def _kept(house: House, wanted: Wanted, question: Any) -> dict[str, str]:
    """The tag of what is asked."""
    asked = wanted.asked
    moves = not is_revisioned(asked.question, asked.answer)
    # The chain of the revision that is asked at: what a past one answers, it answers for ever.
    chain = house.record.revision(question.at.revision, house.settings.tenant).chain
    told = {
        name: value for name, value in wanted.given.items() if name not in ("as_of", "at_least")
    }
    return {
        "ETag": entity_tag(house, chain, asked.name, wanted.form, told, moves=moves),
        "Cache-Control": KEPT,
    }


def _counted(told: Mapping[str, int]) -> dict[str, str]:
    """What a file of rows cannot say itself, as headers."""
    return {header_of(name): str(number) for name, number in told.items()}


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
            number = hint(text)
        except ValueError:
            wanted = "an integer" if hint is int else "a number"
            raise _wrong(name, f"'{text}' is not {wanted}") from None
        if abs(number) > _GREATEST:
            raise _wrong(name, f"{_GREATEST} is the most that it can be")
        return number
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
