"""``lineage token``: who may come in over the network, and for what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.desk import administered
from api.cli.opening import USAGE, put, say
from api.cli.option import Db, Output
from api.cli.span import until

if TYPE_CHECKING:
    from lineage.record.token import Right

_RIGHTS = "read|ingest|gate|admin"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True)
    group.command("create")(create)
    group.command("list")(list_)
    group.command("revoke")(revoke)
    app.add_typer(group, name="token", help="Tokens for the service: who may do what.")


def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who or what will use it.")],
    right: Annotated[
        list[str] | None,
        typer.Option(metavar=_RIGHTS, help="What it is good for; may be repeated. [required]"),
    ] = None,
    stream: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATTERN",
            help="Streams that it may write to, '*' for any letters; may be repeated. "
            "[default: all]",
        ),
    ] = None,
    expires: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help="A date (2027-01-31), a time, or 12h, 90d, 6w, 1y."),
    ] = None,
    unless_there: Annotated[
        bool, typer.Option("--unless-there", help="Do nothing if one of this name is valid.")
    ] = False,
    secret_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Take the token from the first line of this file and print nothing; a file that "
            "is empty or not there is none.",
        ),
    ] = None,
    db: Db = None,
) -> None:
    """Make a token and print it, this once: only its hash is kept.

    admin includes the other rights. A service that is asked sends it as `Authorization: Bearer
    TOKEN` or as `X-Api-Key: TOKEN`.
    """
    from lineage.record.tenant import Tenants
    from lineage.record.token import Tokens

    rights, end = _rights(right or []), until(expires, "--expires")
    with administered(db) as desk:
        Tenants(desk.record.session).require(desk.tenant)
        tokens = Tokens(desk.record.session, desk.deed("token create"))
        if unless_there and any(
            one.name == name and one.state() == "valid" for one in tokens.all(desk.tenant)
        ):
            say(f"a token '{name}' is there already")
            return
        given = _given(secret_file)
        token, text = tokens.create(
            name=name, tenant=desk.tenant, rights=rights, streams=stream or (), expires=end,
            by=desk.who, text=given,
        )  # fmt: skip
        if given is None:
            put([text + "\n"])
        told = f", streams {' '.join(token.streams)}" if token.streams else ""
        ends = f", until {token.expires:%Y-%m-%d %H:%M} UTC" if token.expires else ""
        say(
            f"token {token.id} of tenant {token.tenant}: {' '.join(token.rights)}{told}{ends}; "
            "it is not shown again"
        )


def list_(
    db: Db = None,
    output: Output = "table",
    every: Annotated[bool, typer.Option("--all", help="Of every tenant.")] = False,
) -> None:
    """List the tokens of the tenant, without their secrets; revoked ones stay on the list."""
    from api import output as outputs
    from api.administration import TokenList, token_row
    from lineage.record.token import Tokens

    with administered(db) as desk:
        found = Tokens(desk.record.session).all(None if every else desk.tenant)
        put(outputs.write(TokenList(tokens=tuple(map(token_row, found))), output))


def revoke(
    id: Annotated[str, typer.Argument(metavar="ID", help="As `lineage token list` shows it.")],  # noqa: A002
    db: Db = None,
) -> None:
    """Make a token worthless, at once and for ever."""
    from lineage.record.token import Tokens

    with administered(db) as desk:
        # People paste the whole token, which is its id between the first two underscores.
        number = id.split("_")[1] if id.count("_") >= 2 else id
        tokens = Tokens(desk.record.session, desk.deed("token revoke"))
        token = tokens.revoke(number, by=desk.who)
        say(f"token {token.id} ({token.name}) is revoked")


def _given(path: Path | None) -> str | None:
    try:
        text = path.read_text(encoding="utf-8") if path is not None and path.is_file() else ""
    except (OSError, UnicodeDecodeError):
        say(f"error: {path}: it cannot be read")
        raise typer.Exit(USAGE) from None
    return text.partition("\n")[0].strip() or None


def _rights(given: list[str]) -> list[Right]:
    from lineage.record.token import Right

    names = [one.strip() for text in given for one in text.split(",") if one.strip()]
    unknown = [name for name in names if name not in set(Right)]
    if unknown or not names:
        said = f"'{unknown[0]}' is no right" if unknown else "say what it is good for"
        say(f"error: {said}: --right {_RIGHTS}")
        raise typer.Exit(USAGE)
    return [Right(name) for name in names]
