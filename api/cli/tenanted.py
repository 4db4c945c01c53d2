"""``--tenant`` for every command that opens a database: one option, added in one place."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from api.cli.option import STATE


class Tenanted(TyperGroup):
    """A group whose commands, and those of its groups, take ``--tenant`` where they take ``--db``.

    The option's value is found in ``STATE.tenant``.
    """

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        _extend(self, _option())


def _extend(group: Any, option: Any) -> None:
    for command in group.commands.values():
        names = {one.name for one in command.params}
        if hasattr(command, "commands"):
            _extend(command, option)
        elif "db" in names and "tenant" not in names:
            command.params.append(option)


def _option() -> Any:
    """The option, as typer makes it for a command that has it."""
    donor = typer.Typer()
    donor.command()(_with_tenant)
    params = typer.main.get_command(donor).params
    return next(one for one in params if one.name == "tenant")


def _remember(value: str | None) -> str | None:
    STATE.tenant = value
    return value


def _with_tenant(
    tenant: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Whose estate; else LINEAGE_TENANT, else 'default'.",
            expose_value=False,
            callback=_remember,
        ),
    ] = None,
) -> None:
    """Only there for its option."""
