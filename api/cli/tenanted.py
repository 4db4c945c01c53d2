"""``--tenant`` and ``--url`` for every command that opens a database, added in one place."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from api.cli.option import STATE


class Tenanted(TyperGroup):
    """A group whose commands, and those of its groups, take more options where they take ``--db``.

    The values of ``--tenant`` and ``--url`` are found in ``STATE``.
    """

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        _extend(self, _options())


def _extend(group: Any, options: list[Any]) -> None:
    for command in group.commands.values():
        names = {one.name for one in command.params}
        if hasattr(command, "commands"):
            _extend(command, options)
        elif "db" in names:
            command.params += [one for one in options if one.name not in names]


def _options() -> list[Any]:
    """The options, as typer makes them for a command that has them."""
    donor = typer.Typer()
    donor.command()(_with_both)
    params = typer.main.get_command(donor).params
    return [one for one in params if one.name in ("tenant", "url")]


def _remember_tenant(value: str | None) -> str | None:
    STATE.tenant = value
    return value


def _remember_url(value: str | None) -> str | None:
    STATE.url = value or STATE.url_before
    return value


def _with_both(
    tenant: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Whose estate; else LINEAGE_TENANT, else 'default'.",
            expose_value=False,
            callback=_remember_tenant,
        ),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="A server, in place of a database; else LINEAGE_URL.",
            expose_value=False,
            callback=_remember_url,
        ),
    ] = None,
) -> None:
    """Only there for its option."""
