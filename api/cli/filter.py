"""Filters and orders as people type them, and what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from api.cli.asking import usage

if TYPE_CHECKING:
    from queries.narrowed import Sifting

Where = Annotated[
    str | None,
    typer.Option("--where", metavar="JSON", help="A filter: '{\"owner\": null}'; see the docs."),
]
Terms = Annotated[
    list[str] | None,
    typer.Argument(metavar="TERM=VALUE", help="Terms of the filter: kind=model version='<2'."),
]
OrderBy = Annotated[
    str | None, typer.Option("--order-by", metavar="FIELDS", help="name,-version, say.")
]


def where_of(text: str | None, terms: list[str] | None = None) -> Any:
    """The filter of both; terms hold together with it. Ends the program for what is none."""
    found: Any = None
    if text is not None:
        try:
            found = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            usage(f"--where is no JSON: {error}")
    own: dict[str, Any] = {}
    for term in terms or ():
        name, equals, value = term.partition("=")
        if not equals or not name:
            usage(f"'{term}' is no TERM=VALUE")
        _put(own, name, _value(value))
    if not own:
        return found
    return own if found is None else {"and": [own, found]}


def fields_of(text: str | None) -> tuple[str, ...]:
    """The fields of ``name,-version``."""
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def sifting_of(where: str | None, order_by: str | None) -> Sifting:
    """Which rows of an answer, in which order."""
    from queries.narrowed import Sifting

    return Sifting(where=where_of(where), order_by=fields_of(order_by))


def _put(own: dict[str, Any], name: str, value: Any) -> None:
    """A term among the others: ``a.b`` is ``b`` of ``a``."""
    at: Any = own
    *heads, last = name.split(".")
    for head in heads:
        at = at.setdefault(head, {})
        if not isinstance(at, dict):
            usage(f"'{head}' is given by itself and as '{name}': say it once, or in --where")
    if last in at:
        usage(f"'{name}' is given twice: one of several values is '{name}=[\"A\", \"B\"]'")
    at[last] = value


def _value(text: str) -> Any:
    """Numbers, true, false, null and anything in JSON's own brackets; else the text itself."""
    if text[:1] in '{["' or text in ("true", "false", "null") or text.isdecimal():
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            return text
    return text
