"""``where`` and ``orderBy`` as input types, one of each per row type, derived from its terms.

The grammar is that of ``queries.where``; an input object becomes the plain object that it reads.
Names of kinds, verdicts and reasons are enums here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, Optional, get_args, get_type_hints

import strawberry
from strawberry import UNSET
from strawberry.annotation import StrawberryAnnotation
from strawberry.scalars import JSON

from api.graphql.derive import Derivation
from lineage.errors import OrderInvalidError
from lineage.graph.catalogue.row import ROW_TYPES
from lineage.vocabulary.changes import REASONS, VERDICTS
from lineage.vocabulary.edges import EDGES
from lineage.vocabulary.nodes import NODES
from queries.asking import Asked
from queries.term import TERMS, Term

_TITLES = {
    "components": "Component", "assemblies": "Assembly", "edges": "Edge",
    "occurrences": "Occurrence", "carries": "Carries", "uses": "Uses", "affected": "Affected",
}  # fmt: skip
_ENUMS = {
    NODES.names(): "NodeKind", EDGES.names(): "EdgeKind", VERDICTS.names(): "Verdict",
    REASONS.names(): "Reason",
}  # fmt: skip
# Questions that are no lists and take a `where` all the same.
_NARROWS = {"inventory": "components"}
_COMPARED = ("lt", "le", "gt", "ge")
_TEXTS = "One of several texts; `state` is what is said in place of a value."


class Wheres:
    """The input types of one schema. Names of the grammar that Python reserves end in ``_``."""

    def __init__(self, derivation: Derivation) -> None:
        self._enums = derivation.enums
        self._named: dict[str, Any] = {"Optional": Optional}
        state = self._enums["State"]
        self._shared: dict[str, Any] = {
            "texts": self._filter("TextFilter", str, {"state": list[state]}, _TEXTS),  # type: ignore[valid-type]
            "number": self._input(
                "NumberFilter",
                {**dict.fromkeys(("eq", "ne", *_COMPARED), float), "in": list[float]},
                "A number compares so.",
            ),
            "version": self._input(
                "VersionFilter",
                {"range": str, "scheme": str, "exists": bool},
                "The version is in a range of its own scheme, or of `scheme` only.",
            ),
            "licence": self._input(
                "LicenceFilter",
                {
                    **dict.fromkeys(("is", "has", "within", "category"), list[str]),
                    "exists": bool, "state": list[state],  # type: ignore[valid-type]
                },
                "The licence is this SPDX expression, has one of these licences, needs no others, "
                "or has a licence of these categories.",
            ),
            "property": self._input(
                "PropertyFilter",
                {
                    "name": str, "part": str, **dict.fromkeys(("eq", "ne", *_COMPARED), JSON),
                    "in": list[JSON], "exists": bool, "unit": str, "state": list[state],  # type: ignore[valid-type]
                },
                "A property by its name (and a part of its value) compares so.",
                needed=("name",),
            ),
        }  # fmt: skip
        self._made = {rows: self._where(rows) for rows in _TITLES}
        self._orders = {rows: self._order(rows) for rows in _TITLES}

    def where(self, rows: str) -> Any:
        """The input type that narrows rows of a list."""
        return self._made[rows]

    def order(self, rows: str) -> Any:
        """The input type of one field to order rows by."""
        return self._orders[rows]

    def _where(self, rows: str) -> Any:
        title = _TITLES[rows]
        hints: dict[str, Any] = {term.name: self._hint(term) for term in TERMS[rows]}
        own = f"{title}Where"
        hints |= {"and": f"list[{own}]", "or": f"list[{own}]", "not": own}
        said = {term.name: term.description for term in TERMS[rows]}
        text = "All that is given holds. What nobody says passes no filter but `exists: false`."
        return self._input(own, hints, text, said=said)

    def _hint(self, term: Term) -> Any:
        if term.operand == "rows":
            return f"{_TITLES[term.rows]}Where"
        if term.operand in ("flag", "text"):
            return bool if term.operand == "flag" else str
        if term.operand == "property":
            return list.__class_getitem__(self._shared["property"])
        if term.operand == "texts" and term.choices is not None:
            name = _ENUMS.get(term.choices())
            if name is not None:
                return self._filter(f"{name}Filter", self._enums[name], {}, "One of several.")
        return self._shared[term.operand]

    def _order(self, rows: str) -> Any:
        title = _TITLES[rows]
        values = {
            name.upper().replace(".", "_"): strawberry.enum_value(name, description=text)
            for name, text in _fields(rows)
        }
        chosen: Any = Enum(f"{title}Field", values)  # type: ignore[misc]
        field = strawberry.enum(chosen, name=f"{title}Field")
        hints = {"field": field, "property": str, "descending": bool}
        text = "A field or, by its name, a property. What nobody says comes last, either way."
        return self._input(f"{title}Order", hints, text)

    def _filter(self, name: str, value: Any, more: Mapping[str, Any], text: str) -> Any:
        if name in self._named:
            return self._named[name]
        hints = {"eq": value, "ne": value, "in": list[value], "exists": bool, **more}
        return self._input(name, hints, text)

    def _input(
        self,
        name: str,
        hints: Mapping[str, Any],
        description: str,
        *,
        said: Mapping[str, str] | None = None,
        needed: tuple[str, ...] = (),
    ) -> Any:
        body: dict[str, Any] = {"__module__": __name__}
        annotations: dict[str, Any] = {}
        for field, hint in hints.items():
            safe = field + "_" if field in ("and", "or", "not", "in", "is") else field
            text = (said or {}).get(field)
            if field in needed:
                annotations[safe] = hint
                body[safe] = strawberry.field(name=_camel(field), description=text)
            else:
                optional = f"Optional[{hint}]" if isinstance(hint, str) else Optional[hint]  # noqa: UP045
                annotations[safe] = optional
                body[safe] = strawberry.field(
                    name=_camel(field), description=text, default=UNSET
                )  # fmt: skip
        body["__annotations__"] = annotations
        made: Any = strawberry.input(type(name, (), body), name=name, description=description)
        self._named[name] = made
        for one in made.__strawberry_definition__.fields:
            # The inputs name each other, so their names are looked up when the schema is made.
            if isinstance(one.type_annotation, StrawberryAnnotation):
                one.type_annotation.namespace = self._named
        return made


def rows_of(asked: Asked) -> str | None:
    """The rows that a question's ``where`` narrows; None where that depends on the question."""
    hints = get_type_hints(asked.answer)
    kinds = get_args(hints[asked.answer.ROWS]) if hasattr(asked.answer, "ROWS") else ()
    for name, row in ROW_TYPES.items():
        if row in kinds:
            return name
    return _NARROWS.get(asked.name)


def plain_input(value: Any) -> Any:
    """An input object as the plain object of the grammar; what was left out is left out."""
    if isinstance(value, Enum):
        return value.value
    definition = getattr(type(value), "__strawberry_definition__", None)
    if definition is not None:
        return {
            one.python_name.removesuffix("_"): plain_input(found)
            for one in definition.fields
            if (found := getattr(value, one.python_name)) is not UNSET
        }
    if isinstance(value, list):
        return [plain_input(one) for one in value]
    return value


def snake(found: Any) -> Any:
    """A ``where`` that came as JSON, its names as the grammar writes them."""
    if isinstance(found, Mapping):
        return {_snake(str(name)): snake(one) for name, one in found.items()}
    return [snake(one) for one in found] if isinstance(found, list) else found


def _snake(name: str) -> str:
    return re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", name)


def plain_order(orders: Any) -> tuple[str, ...]:
    """Order inputs as the texts of the grammar: a field, with a minus where it is descending.

    OrderInvalidError for one that names no field, or two.
    """
    found = []
    for at, one in enumerate(orders or ()):
        given = plain_input(one)
        field, named = given.get("field"), given.get("property")
        if bool(field) == bool(named):
            reason = "it takes one of `field` and `property`"
            raise OrderInvalidError(path=f"order_by.{at}", reason=reason)
        name = field or f"property:{named}"
        found.append(f"-{name}" if given.get("descending") else str(name))
    return tuple(found)


def _fields(rows: str) -> Iterator[tuple[str, str]]:
    """What rows can be ordered by: their own fields, and those of the rows they lead to."""
    for term in TERMS[rows]:
        if not term.orders:
            continue
        if term.operand != "rows":
            yield term.name, term.description
            continue
        yield term.name, term.description
        for inner in TERMS[term.rows]:
            if inner.orders and inner.operand != "rows":
                yield f"{term.name}.{inner.name}", f"{term.description} {inner.description}"


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)
