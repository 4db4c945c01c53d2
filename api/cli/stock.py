"""``lineage list``, ``inventory``, ``aggregate``: what there is, and how much of it."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
import typer

from api.cli.asking import Asking, noted, question_options, usage
from api.cli.filter import OrderBy, Terms, Where, fields_of, where_of
from api.cli.opening import put, reached, say

_PAGE = 100
Knowledge = Annotated[
    bool, typer.Option("--knowledge", help="What only a knowledge pack speaks of as well.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list")(list_rows)
    app.command("inventory")(inventory)
    app.command("aggregate")(aggregate)


@question_options()
def list_rows(
    name: Annotated[str, typer.Argument(metavar="LIST", help="components, services, streams, ...")],
    terms: Terms = None,
    where: Where = None,
    order_by: OrderBy = None,
    first: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="At most so many rows.")
    ] = None,
    after: Annotated[
        str | None, typer.Option(metavar="PLACE", help="Go on behind this place (JSON).")
    ] = None,
    knowledge: Knowledge = False,
    *,
    asking: Asking,
) -> None:
    """Rows of a list, narrowed and in order: lineage list components kind=model licence=MIT."""
    from api.whole import FORMS
    from queries.whole import lists

    known = lists()
    if name not in known:
        usage(f"there is no list '{name}'; there are: {', '.join(known)}")
    question = known[name].question
    given: dict[str, Any] = {"after": _place(after)}
    if hasattr(question, "where"):
        given |= {
            "where": where_of(where, terms), "order_by": fields_of(order_by), "knowledge": knowledge
        }  # fmt: skip
    else:
        if where or order_by or knowledge:
            usage(f"{name} take terms only: TERM=VALUE")
        given |= _equal(question, name, terms)
    if asking.output in FORMS:
        with reached(asking.db) as house:
            put(noted(house.rows(question(at=asking.at(house), **given), asking.output, first)))
        return
    most = _PAGE if first is None else first
    found = asking.ask(lambda at: question(at=at, first=most, **given))
    if found.has_next and found.rows:
        place = orjson.dumps(_last(found)).decode()
        say(f"{found.total - len(found.rows)} more: --first {found.total}, or --after '{place}'")


@question_options()
def inventory(
    terms: Terms = None,
    where: Where = None,
    *,
    asking: Asking,
) -> None:
    """What there is, by kind, licence, owner; and what nobody says."""
    from queries.inventory import Inventory

    given = where_of(where, terms)
    asking.ask(lambda at: Inventory(where=given, at=at))


@question_options()
def aggregate(
    over: Annotated[
        str, typer.Argument(metavar="LIST", help="components, services, edges, uses, ...")
    ],
    terms: Terms = None,
    where: Where = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="FIELDS", help="licence, component.version, say.")
    ] = None,
    measure: Annotated[
        str, typer.Option(metavar="NAME", help="COUNT, COUNT_DISTINCT, SUM, MIN, MAX or AVG.")
    ] = "COUNT",
    of: Annotated[
        str | None, typer.Option(metavar="FIELD", help="Of what: service, property:cost, say.")
    ] = None,
    unit: Annotated[str | None, typer.Option(metavar="UNIT", help="Only values of it.")] = None,
    top: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="So many groups, the rest as one.")
    ] = None,
    knowledge: Knowledge = False,
    *,
    asking: Asking,
) -> None:
    """Rows counted or summed by what they share: lineage aggregate models --by licence."""
    from queries.aggregate import Aggregate

    given = where_of(where, terms)
    asking.ask(
        lambda at: Aggregate(
            over=over,
            where=given,
            group_by=fields_of(by),
            measure=measure.upper().replace("-", "_"),
            of=of,
            unit=unit,
            top=top,
            knowledge=knowledge,
            at=at,
        )
    )


def _equal(question: Any, name: str, terms: list[str] | None) -> dict[str, Any]:
    from dataclasses import fields

    known = [
        one.name for one in fields(question)
        if one.name not in ("first", "after", "last", "before", "at")
    ]  # fmt: skip
    found: dict[str, Any] = {}
    for term in terms or ():
        field, equals, value = term.partition("=")
        if not equals or field not in known:
            told = f"they have: {', '.join(known)}" if known else "they take no terms"
            usage(f"{name} have no '{field}'; {told}")
        found[field] = value
    return found


def _place(text: str | None) -> tuple[Any, ...] | None:
    if text is None:
        return None
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        found = text
    return tuple(found) if isinstance(found, list) else (found,)


def _last(found: Any) -> list[Any]:
    """The place of the last row."""
    if hasattr(found, "places"):
        return list(found.places[-1])
    return [getattr(found.rows[-1], name) for name in type(found).KEYS]
