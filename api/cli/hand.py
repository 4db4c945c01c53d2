"""``lineage set``, ``join`` and ``separate``: what a person claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.opening import USAGE, opened, put, say
from api.cli.option import Db, KeyArgument, Output

if TYPE_CHECKING:
    from api.house import House
    from lineage.model.document import Receipt


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("set")(set_)
    app.command("join")(join)
    app.command("separate")(separate)


def set_(
    key: KeyArgument,
    values: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME=VALUE...",
            help="A property. The words none, unknown, withheld and not_applicable say that.",
        ),
    ],
    output: Output = "table",
    db: Db = None,
) -> None:
    """Claim properties of a component yourself; what you set comes first."""
    from lineage import flow

    claims = [_claim(text) for text in values]
    with opened(db) as house:
        subject = _known(house, key)
        receipts = [
            flow.set_property(
                house.record, subject, name, value, state=state,
                principal=_who(), client=_client(), tenant=house.settings.tenant,
            )
            for name, value, state in claims
        ]  # fmt: skip
        _write([f"{subject} {name}" for name, _, _ in claims], receipts, house, output)


def join(
    one: Annotated[str, typer.Argument(metavar="KEY", help="A component.")],
    other: Annotated[str, typer.Argument(metavar="KEY", help="The same thing under another key.")],
    output: Output = "table",
    db: Db = None,
) -> None:
    """Say that two keys are one thing; `separate` takes it back."""
    _joined(one, other, output, db, joined=True)


def separate(
    one: Annotated[str, typer.Argument(metavar="KEY", help="A component.")],
    other: Annotated[str, typer.Argument(metavar="KEY", help="What it was joined to.")],
    output: Output = "table",
    db: Db = None,
) -> None:
    """Take a join back; what documents claim themselves stays."""
    _joined(one, other, output, db, joined=False)


def _joined(one: str, other: str, output: str, db: str | None, *, joined: bool) -> None:
    from lineage import flow

    with opened(db) as house:
        keys = [_plain_key(house, text) for text in (one, other)]
        act = flow.join if joined else flow.separate
        receipt = act(
            house.record, *keys, principal=_who(), client=_client(), tenant=house.settings.tenant
        )
        _write([" ".join(keys)], [receipt], house, output)


def _claim(text: str) -> tuple[str, Any, str]:
    """(name, value, state) of NAME=VALUE, typed by the property's row; exit 2 for anything else."""
    import orjson

    from lineage.vocabulary.properties import PROPERTIES, STATES

    name, separator, value = text.partition("=")
    if not separator or not name.strip():
        say(f"error: '{text}' is not NAME=VALUE")
        raise typer.Exit(USAGE)
    name = name.strip()
    if value in STATES and value != "value":
        return name, None, value
    kind = PROPERTIES.get(name).value_type if name in PROPERTIES else "text"
    if kind in ("number", "flag", "json", "quantity"):
        try:
            return name, orjson.loads(value), "value"
        except orjson.JSONDecodeError:
            if kind == "json":
                return name, value, "value"
            say(f"error: {name} takes a {kind}, '{value}' is none")
            raise typer.Exit(USAGE) from None
    return name, value, "value"


def _known(house: House, text: str) -> str:
    """The component that is meant; without a version the family, of what is an assembly."""
    from queries.naming import look

    seen = look(text, house.at(), house.handle.views, takes_family=True)
    if not seen.named.family or _written(text) == seen.named.key:
        return seen.named.key
    held = {*seen.view.assemblies, *seen.view.left_out.archived}
    if held.intersection(seen.named.keys):
        return seen.named.key
    return look(text, house.at(), house.handle.views).named.key


def _written(text: str) -> str | None:
    """The key that the text is; None for a name."""
    from lineage.errors import KeyMalformedError, VocabularyError
    from lineage.model.identity import identify

    try:
        return identify(text).key
    except (KeyMalformedError, VocabularyError):
        return None


def _plain_key(house: House, text: str) -> str:
    """A key as it is written: of joined keys not the shown one. Else what the name means."""
    from queries.naming import look

    known = look(text, house.at(), house.handle.views).named.key
    return _written(text) or known


def _who() -> str:
    import getpass

    return getpass.getuser()


def _client() -> str:
    from api.version import release

    return f"lineage {release()}"


def _write(titles: list[str], receipts: list[Receipt], house: House, output: str) -> None:
    from api import output as outputs
    from api.ingested import Ingestion, row_of

    rows = tuple(row_of(title, one) for title, one in zip(titles, receipts, strict=True))
    put(outputs.write(Ingestion(revision=house.head().number, documents=rows), output))
