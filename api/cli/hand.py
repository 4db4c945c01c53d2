"""``lineage set``, ``join``, ``separate`` and ``attest``: what a person claims."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.opening import ERROR, USAGE, put, reached, say
from api.cli.option import Db, KeyArgument, Output

if TYPE_CHECKING:
    from api.act import Act, SaidValue


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("set")(set_)
    app.command("join")(join)
    app.command("separate")(separate)
    app.command("attest")(attest)


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
    from api.act import Setting

    said = []
    for text in values:
        name, separator, value = text.partition("=")
        if not separator or not name.strip():
            say(f"error: '{text}' is not NAME=VALUE")
            raise typer.Exit(USAGE)
        said.append(_said(name.strip(), value))
    _done(Setting(key=key, values=tuple(said)), output, db)


def join(
    one: Annotated[str, typer.Argument(metavar="KEY", help="A component.")],
    other: Annotated[str, typer.Argument(metavar="KEY", help="The same thing under another key.")],
    output: Output = "table",
    db: Db = None,
) -> None:
    """Say that two keys are one thing; `separate` takes it back."""
    from api.act import Joining

    _done(Joining(one=one, other=other), output, db)


def separate(
    one: Annotated[str, typer.Argument(metavar="KEY", help="A component.")],
    other: Annotated[str, typer.Argument(metavar="KEY", help="What it was joined to.")],
    output: Output = "table",
    db: Db = None,
) -> None:
    """Take a join back; what documents claim themselves stays."""
    from api.act import Separating

    _done(Separating(one=one, other=other), output, db)


def attest(
    key: KeyArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The property.")],
    value: Annotated[
        str,
        typer.Argument(
            metavar="VALUE", help="Its value, or none, unknown, withheld, not_applicable."
        ),
    ],
    evidence: Annotated[
        str,
        typer.Option(
            metavar="URL|FILE",
            help="What shows it: an address, or a file, of which name and digest are kept.",
        ),
    ],
    expires: Annotated[
        str,
        typer.Option(metavar="DATE", help="The last day on which it counts, such as 2027-01-31."),
    ],
    output: Output = "table",
    db: Db = None,
) -> None:
    """Vouch for a property, with evidence, until a day; after it the claim counts no longer."""
    from api.act import Attesting

    said = _said(name.strip(), value)
    act = Attesting(
        key=key, name=said.name, value=said.value, state=said.state,
        evidence=_evidence(evidence), expires=expires,
    )  # fmt: skip
    _done(act, output, db)


def _evidence(text: str) -> str:
    """An address as it is; of a file its name and digest."""
    if "://" in text:
        return text
    try:
        content = Path(text).read_bytes()
    except OSError as error:
        say(f"error: {text}: {error.strerror}")
        raise typer.Exit(ERROR) from None
    return f"{Path(text).name} sha256:{hashlib.sha256(content).hexdigest()}"


def _said(name: str, value: str) -> SaidValue:
    """The value, typed by the property's row; exit 2 for one that is not of its type."""
    import orjson

    from api.act import SaidValue
    from lineage.vocabulary.properties import PROPERTIES, STATES

    if value in STATES and value != "value":
        return SaidValue(name=name, state=value)
    kind = PROPERTIES.get(name).value_type if name in PROPERTIES else "text"
    if kind in ("number", "flag", "json", "quantity"):
        try:
            return SaidValue(name=name, value=orjson.loads(value))
        except orjson.JSONDecodeError:
            if kind != "json":
                say(f"error: {name} takes a {kind}, '{value}' is none")
                raise typer.Exit(USAGE) from None
    return SaidValue(name=name, value=value)


def _done(act: Act, output: str, db: str | None) -> None:
    from api import output as outputs

    with reached(db) as house:
        put(outputs.write(house.act(act), output))
