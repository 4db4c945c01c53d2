"""Where: the one grammar that narrows a list, a connection or an export, as values.

A ``where`` is a JSON object. Its terms hold together; ``and`` and ``or`` take lists of objects,
``not`` takes one. Each row type has its own terms (``TERMS``), each term one kind of operand:

- *texts*: a text, a list of texts (one of them), null (nobody says anything), or an object
  ``{eq, ne, in, exists, state}`` (``exists``: there is a value; ``unknown`` and ``none`` are
  states);
- *number*: a number or ``{eq, ne, lt, le, gt, ge, in}``; *flag*: true or false;
- *version*: a range in the scheme of each component, or ``{range, scheme, exists}``;
- *licence*: an SPDX expression, or ``{is, has, within, category, exists}``;
- *property*: ``{name, part, eq, ne, lt, le, gt, ge, in, exists, unit}``, or a list of such;
- *text*: a text that stands in a name, an alias or the family;
- *rows*: a key, a list of keys, or a ``where`` of those rows.

A term says yes, no, or that it cannot compare (a version that its scheme cannot read, text beside
a number); rows of which it cannot say are in no result, and counted as ``cannot_compare``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson

from lineage.errors import WhereInvalidError
from lineage.graph.catalogue import predicate as ask
from lineage.graph.catalogue.order import By
from lineage.versions.schemes import names as scheme_names
from lineage.versions.vers import constraints
from lineage.vocabulary.properties import STATES
from queries.licensing import CATEGORIES, Category, Has, Is, Within, expression_of
from queries.term import TERMS, Term

_DEEPEST = 16
_MOST = 1000
_COMPARISONS = ("lt", "le", "gt", "ge")


def where_of(found: Any, rows: str) -> ask.Predicate | None:
    """What a JSON-like value asks of these rows; None asks nothing.

    WhereInvalidError (with the dotted path) for anything that is no ``where`` of them.
    """
    return None if found is None else _where(found, rows, "where", 0)


def where_text(text: str | None, rows: str) -> ask.Predicate | None:
    """The same from JSON text (REST, CLI)."""
    if text is None or not text.strip():
        return None
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise WhereInvalidError(path="where", reason=f"it is no JSON: {error}") from None
    return where_of(found, rows)


def order_of(found: Iterable[str] | None, rows: str) -> tuple[By, ...]:
    """Fields to order by: ``name`` or ``-name`` (descending), dotted over a relation to one row.

    WhereInvalidError for a field that the rows do not have.
    """
    by = []
    for at, text in enumerate(found or ()):
        name = text.removeprefix("-")
        by.append(By(path_of(name, rows, f"order_by.{at}"), text.startswith("-")))
    return tuple(by)


def path_of(name: str, rows: str, place: str) -> str:
    """The column of a field, as groups, measures and orders name it: ``component.version``.

    ``property:NAME`` names any property. WhereInvalidError for one that the rows do not have.
    """
    head, dot, rest = name.partition(".")
    if name.startswith("property:") and any(one.operand == "property" for one in TERMS[rows]):
        return name
    term = next((one for one in TERMS[rows] if one.name == head), None)
    if term is None or not term.orders or (dot and term.operand != "rows"):
        known = ", ".join(one.name for one in TERMS[rows] if one.orders)
        raise WhereInvalidError(path=place, reason=f"{rows} have no '{name}'; they have: {known}")
    if not dot:
        return f"{head}.key" if term.operand == "rows" else term.column
    return f"{head}.{path_of(rest, term.rows, place)}"


def _where(found: Any, rows: str, path: str, depth: int) -> ask.Predicate:
    if not isinstance(found, Mapping):
        raise WhereInvalidError(path=path, reason=f"{_short(found)} is no object of terms")
    if depth > _DEEPEST:
        raise WhereInvalidError(path=path, reason=f"it is nested more than {_DEEPEST} deep")
    parts = [_part(str(name), one, rows, f"{path}.{name}", depth) for name, one in found.items()]
    return parts[0] if len(parts) == 1 else ask.Every(tuple(parts))


def _part(name: str, found: Any, rows: str, path: str, depth: int) -> ask.Predicate:
    if name in ("and", "or"):
        some = [found] if isinstance(found, Mapping) else found
        if not isinstance(some, (list, tuple)) or len(some) > _MOST:
            raise WhereInvalidError(path=path, reason=f"a list of at most {_MOST} objects is due")
        parts = tuple(_where(one, rows, f"{path}.{at}", depth + 1) for at, one in enumerate(some))
        return ask.Every(parts) if name == "and" else ask.Some(parts)
    if name == "not":
        return ask.Without(_where(found, rows, path, depth + 1))
    term = next((one for one in TERMS[rows] if one.name == name), None)
    if term is None:
        known = ", ".join((*(one.name for one in TERMS[rows]), "and", "or", "not"))
        raise WhereInvalidError(path=path, reason=f"{rows} have no '{name}'; they have: {known}")
    if term.operand == "rows":
        return _tied(term, found, path, depth)
    return _READERS[term.operand](term, found, path)


def _tied(term: Term, found: Any, path: str, depth: int) -> ask.Predicate:
    if found is None:
        return ask.Without(ask.Tied(term.name))
    if isinstance(found, (str, list, tuple)):
        keys = ask.Column("key", ask.OneOf(frozenset(_texts(found, path))))
        return ask.Tied(term.name, keys)
    return ask.Tied(term.name, _where(found, term.rows, path, depth + 1))


def _object(found: Any, path: str, *fields: str) -> dict[str, Any]:
    if not isinstance(found, Mapping):
        raise WhereInvalidError(path=path, reason=f"{_short(found)} is not what it takes")
    for name in found:
        if name not in fields:
            reason = f"there is no '{name}' here; there are: {', '.join(fields)}"
            raise WhereInvalidError(path=f"{path}.{name}", reason=reason)
    if not found:
        raise WhereInvalidError(path=path, reason=f"it is empty; it takes: {', '.join(fields)}")
    # A field of a typed client that was left out comes as null.
    return {name: value for name, value in found.items() if value is not None}


def _texts(found: Any, path: str) -> list[str]:
    some = [found] if isinstance(found, str) else found
    if not isinstance(some, (list, tuple)):
        raise WhereInvalidError(path=path, reason=f"{_short(found)} is neither text nor a list")
    if len(some) > _MOST:
        raise WhereInvalidError(path=path, reason=f"it has {len(some)} texts, more than {_MOST}")
    for at, one in enumerate(some):
        if not isinstance(one, str):
            raise WhereInvalidError(path=f"{path}.{at}", reason=f"{_short(one)} is no text")
    return list(some)


def _of_texts(term: Term, found: Any, path: str) -> ask.Predicate:
    column = term.column
    if found is None:
        return ask.Column(column, ask.Unsaid())
    if not isinstance(found, Mapping):
        found = {"in": found}
    fields = _object(found, path, "eq", "ne", "in", "exists", "state")
    parts: list[ask.Predicate] = []
    for name, value in fields.items():
        at = f"{path}.{name}"
        if name == "exists":
            parts.append(_exists(column, value, at))
            continue
        texts = _texts(value, at)
        if name == "state":
            _known(texts, STATES, at)
            parts.append(ask.Column(column, ask.InState(frozenset(texts))))
            continue
        if term.choices is not None:
            _known(texts, term.choices(), at)
        one: ask.Predicate = ask.Column(column, ask.OneOf(frozenset(texts)))
        parts.append(ask.Without(one) if name == "ne" else one)
    return _all(parts)


def _known(texts: Iterable[str], choices: tuple[str, ...], path: str) -> None:
    for text in texts:
        if text not in choices:
            reason = f"'{text}' is none of: {', '.join(choices)}"
            raise WhereInvalidError(path=path, reason=reason)


def _exists(column: str, value: Any, path: str) -> ask.Predicate:
    if not isinstance(value, bool):
        raise WhereInvalidError(path=path, reason=f"{_short(value)} is neither true nor false")
    one = ask.Column(column, ask.Present())
    return one if value else ask.Without(one)


def _of_number(term: Term, found: Any, path: str) -> ask.Predicate:
    if not isinstance(found, Mapping):
        found = {"eq": found}
    fields = _object(found, path, "eq", "ne", "in", *_COMPARISONS)
    parts: list[ask.Predicate] = []
    for name, value in fields.items():
        numbers = value if isinstance(value, (list, tuple)) and name == "in" else [value]
        for one in numbers:
            if isinstance(one, bool) or not isinstance(one, (int, float)):
                reason = f"{_short(one)} is no number"
                raise WhereInvalidError(path=f"{path}.{name}", reason=reason)
        parts.append(_compared(term.column, name, list(numbers), None))
    return _all(parts)


def _compared(column: str, name: str, values: list[Any], unit: str | None) -> ask.Predicate:
    if name in _COMPARISONS:
        return ask.Column(column, ask.Compared(name, values[0], unit))  # type: ignore[arg-type]
    one = ask.Column(column, ask.OneOf(frozenset(values)))
    return ask.Without(one) if name == "ne" else one


def _of_flag(term: Term, found: Any, path: str) -> ask.Predicate:
    if not isinstance(found, bool):
        raise WhereInvalidError(path=path, reason=f"{_short(found)} is neither true nor false")
    return ask.Column(term.column, ask.OneOf(frozenset([found])))


def _of_version(term: Term, found: Any, path: str) -> ask.Predicate:
    if found is None:
        return ask.Column(term.column, ask.Unsaid())
    fields = _object(
        {"range": found} if isinstance(found, str) else found, path, "range", "scheme", "exists"
    )
    parts: list[ask.Predicate] = []
    if "exists" in fields:
        parts.append(_exists(term.column, fields["exists"], f"{path}.exists"))
    scheme, text = fields.get("scheme"), fields.get("range")
    if scheme is not None and scheme not in scheme_names():
        reason = f"'{scheme}' is no scheme of versions; there are: {', '.join(scheme_names())}"
        raise WhereInvalidError(path=f"{path}.scheme", reason=reason)
    if text is not None or scheme is not None:
        if not isinstance(text, str):
            raise WhereInvalidError(path=f"{path}.range", reason=f"{_short(text)} is no range")
        if text.startswith("vers:") and constraints(text) is None:
            raise WhereInvalidError(path=f"{path}.range", reason=f"'{text}' is no vers range")
        parts.append(ask.Column(term.column, ask.InRange(text, scheme)))
    return _all(parts)


def _of_licence(term: Term, found: Any, path: str) -> ask.Predicate:
    column = term.column
    if found is None:
        return ask.Column(column, ask.Unsaid())
    if isinstance(found, (list, tuple)):
        some = tuple(_of_licence(term, one, f"{path}.{at}") for at, one in enumerate(found))
        return ask.Some(some)
    fields = _object(
        {"is": found} if isinstance(found, str) else found,
        path, "is", "has", "within", "category", "exists", "state",
    )  # fmt: skip
    parts: list[ask.Predicate] = []
    for name, value in fields.items():
        at = f"{path}.{name}"
        if name == "exists":
            parts.append(_exists(column, value, at))
            continue
        texts = _texts(value, at)
        match name:
            case "is":
                same = tuple(ask.Column(column, Is(expression_of(one))) for one in texts)
                parts.append(ask.Some(same))
            case "has":
                parts.append(ask.Column(column, Has(frozenset(one.lower() for one in texts))))
            case "within":
                parts.append(ask.Column(column, Within(frozenset(one.lower() for one in texts))))
            case "category":
                _known(texts, CATEGORIES, at)
                parts.append(ask.Column(column, Category(frozenset(texts))))
            case _:
                _known(texts, STATES, at)
                parts.append(ask.Column(column, ask.InState(frozenset(texts))))
    return _all(parts)


def _of_property(_: Term, found: Any, path: str) -> ask.Predicate:
    if isinstance(found, (list, tuple)):
        some = [_of_property(_, one, f"{path}.{at}") for at, one in enumerate(found)]
        return _all(some)
    operators = ("eq", "ne", *_COMPARISONS, "in")
    fields = _object(found, path, "name", "part", "unit", "exists", "state", *operators)
    name, part = fields.pop("name", None), fields.pop("part", None)
    unit = fields.pop("unit", None)
    for field, text in (("name", name), ("part", part or "-"), ("unit", unit or "-")):
        if not isinstance(text, str) or not text:
            reason = f"{_short(text)} is no text" if text is not None else "it is missing"
            raise WhereInvalidError(path=f"{path}.{field}", reason=reason)
    column = f"property:{name}/{part}" if part else f"property:{name}"
    parts: list[ask.Predicate] = []
    for operator, value in (fields or {"exists": True}).items():
        at = f"{path}.{operator}"
        if operator == "exists":
            parts.append(_exists(column, value, at))
        elif operator == "state":
            texts = _texts(value, at)
            _known(texts, STATES, at)
            parts.append(ask.Column(column, ask.InState(frozenset(texts))))
        else:
            values = value if isinstance(value, (list, tuple)) and operator == "in" else [value]
            if not all(isinstance(one, (str, int, float)) for one in values):
                reason = f"{_short(value)} cannot be compared with"
                raise WhereInvalidError(path=at, reason=reason)
            parts.append(_compared(column, operator, list(values), unit))
    return _all(parts)


def _of_text(_: Term, found: Any, path: str) -> ask.Predicate:
    if not isinstance(found, str) or not found.strip():
        raise WhereInvalidError(path=path, reason=f"{_short(found)} is no text to look for")
    text = ask.HasText(found.strip().lower())
    columns = ("name", "family", "property:alias")
    return ask.Some(tuple(ask.Column(column, text) for column in columns))


def _all(parts: list[ask.Predicate]) -> ask.Predicate:
    return parts[0] if len(parts) == 1 else ask.Every(tuple(parts))


def _short(found: Any) -> str:
    text = orjson.dumps(found, default=str).decode()
    return text if len(text) <= 60 else f"{text[:57]}..."


_READERS: dict[str, Callable[[Term, Any, str], ask.Predicate]] = {
    "texts": _of_texts,
    "number": _of_number,
    "flag": _of_flag,
    "version": _of_version,
    "licence": _of_licence,
    "property": _of_property,
    "text": _of_text,
}
