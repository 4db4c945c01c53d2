"""``lineage hook``: who may tell us, by webhook, that there is something to fetch."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.desk import administered
from api.cli.opening import USAGE, put, say
from api.cli.option import Db, Output
from api.cli.span import until

if TYPE_CHECKING:
    from api.hooks.webhook.secret import Given
    from lineage.record.hook import Hook

_Number = Annotated[str, typer.Argument(metavar="ID", help="As `lineage hook list` shows it.")]
_STDIN = "-"
_Secret = Annotated[
    str | None,
    typer.Option(
        metavar="WHERE",
        help="env:NAME or file:PATH as the server sees it, or - to read it from stdin and seal it. "
        "[default: one is made, sealed and shown, this once]",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True)
    group.command("add")(add)
    group.command("rotate")(rotate)
    group.command("list")(list_)
    group.command("remove")(remove)
    app.add_typer(group, name="hook", help="Webhooks: what other systems tell by themselves.")


def add(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="github, gitlab or standard.")],
    stream: Annotated[
        str | None,
        typer.Option(
            metavar="PATTERN",
            help="Streams that it may write to, '*' for any letters. "
            "[default: all of the host of --api]",
        ),
    ] = None,
    files: Annotated[
        str,
        typer.Option(
            metavar="PATTERN",
            help="Names of the release assets, run artefacts or jobs to look into.",
        ),
    ] = "*",
    api: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="Below which it fetches. [default: that of the public service]"
        ),
    ] = None,
    secret: _Secret = None,
    credential: Annotated[
        str | None,
        typer.Option(
            metavar="WHERE", help="What it fetches with, given like --secret. [default: nothing]"
        ),
    ] = None,
    db: Db = None,
    output: Output = "table",
) -> None:
    """Make a hook; its address and its secret go into the settings of the sender."""
    from api.hooks.webhook.kind import KINDS, api_of, host_of
    from api.hooks.webhook.secret import kept_credential, kept_secret
    from lineage.record.hook import Hooks, new_number
    from lineage.record.tenant import Tenants

    if kind not in KINDS:
        say(f"error: there is no kind '{kind}'; there are {', '.join(KINDS)}")
        raise typer.Exit(USAGE)
    if secret == credential == _STDIN:
        say("error: --secret and --credential cannot both come from stdin")
        raise typer.Exit(USAGE)
    with administered(db) as desk:
        Tenants(desk.record.session).require(desk.tenant)
        address = api_of(kind, api)
        if stream is None and not address:
            say(f"error: a hook of kind {kind} needs --stream PATTERN: which streams it may write")
            raise typer.Exit(USAGE)
        if credential is not None and not address:
            say("error: a credential goes to the API of a hook and nowhere else: say --api ADDRESS")
            raise typer.Exit(USAGE)
        number = new_number()
        key_file = desk.settings.key_file
        kept, shown = kept_secret(kind, number, _given(secret), key_file)
        hook = Hooks(desk.record.session, desk.deed("hook add")).add(
            number=number, tenant=desk.tenant, kind=kind, stream=stream or f"{host_of(address)}/*",
            files=files, api=address, secret=kept, by=desk.who,
            credential=kept_credential(number, _given(credential), key_file),
        )  # fmt: skip
        _show(hook, shown, output)


def rotate(
    id: _Number,  # noqa: A002
    secret: _Secret = None,
    keep: Annotated[
        str | None,
        typer.Option(
            metavar="WHEN",
            help="How long the secret before is believed too: 12h, 7d, a date. "
            "[default: until --end]",
        ),
    ] = None,
    end: Annotated[
        bool, typer.Option("--end", help="Believe the secret before no longer, and change none.")
    ] = False,
    db: Db = None,
    output: Output = "table",
) -> None:
    """Take another secret into use; the one before is believed until it ends."""
    from api.hooks.webhook.secret import kept_secret
    from lineage.record.hook import Hooks

    if end and (secret or keep):
        say("error: --end takes neither --secret nor --keep")
        raise typer.Exit(USAGE)
    with administered(db) as desk:
        hooks = Hooks(desk.record.session, desk.deed("hook rotate"))
        hook = hooks.of(id, desk.tenant)
        shown = None
        if end:
            hook = hooks.settle(hook.id, desk.tenant)
        else:
            kept, shown = kept_secret(hook.kind, hook.id, _given(secret), desk.settings.key_file)
            if len(hook.secrets()) > 1:
                say("the secret from before the last change is believed no longer")
            hook = hooks.rotate(hook.id, desk.tenant, secret=kept, until=until(keep, "--keep"))
        _show(hook, shown, output)


def list_(db: Db = None, output: Output = "table") -> None:
    """List the hooks of the tenant, without their secrets."""
    from api import output as outputs
    from api.administration import HookList, hook_row
    from lineage.record.hook import Hooks

    with administered(db) as desk:
        found = Hooks(desk.record.session).all(desk.tenant)
        put(outputs.write(HookList(hooks=tuple(map(hook_row, found))), output))


def remove(id: _Number, db: Db = None) -> None:  # noqa: A002
    """Forget a hook and its secrets; its deliveries are refused from now on."""
    from lineage.record.hook import Hooks

    with administered(db) as desk:
        hook = Hooks(desk.record.session, desk.deed("hook remove")).remove(id, desk.tenant)
        say(f"hook {hook.id} ({hook.kind}, {hook.stream}) is removed")


def _show(hook: Hook, secret: str | None, output: str) -> None:
    from dataclasses import replace

    from api import output as outputs
    from api.administration import HookMade, hook_row

    row = hook_row(hook)
    made = row if secret is None else replace(row, secret=secret)
    put(outputs.write(HookMade(hooks=(made,)), output))
    if secret is not None:
        say("the secret is not shown again")


def _given(text: str | None) -> Given:
    """Where a secret is, or what stdin says it is."""
    from api.hooks.webhook.secret import Given

    if text != _STDIN:
        return Given(reference=text)
    line = sys.stdin.readline().strip()
    if not line:
        say("error: there is nothing on stdin")
        raise typer.Exit(USAGE)
    return Given(text=line)
