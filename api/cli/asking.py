"""What asking commands share: where a question is asked, and how its answer is written down."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from api.cli.opening import USAGE, put, reached, say

if TYPE_CHECKING:
    from api.near import AnyHouse
    from lineage.model.revision import At

SCOPES = ("default", "all")


def asked(
    make: Callable[[At], Any],
    *,
    scope: str,
    stream: str | None,
    as_of: str | None,
    at_least: int | None,
    output: str,
    db: str | None,
) -> Any:
    """Ask the question that ``make`` gives for a place, write the answer; returns it."""
    from api import output as outputs

    with reached(db) as house:
        answer = house.ask(make(place(house, scope, stream, as_of, at_least)))
        put(outputs.write(answer, output))
    return answer


def place(
    house: AnyHouse, scope: str, stream: str | None, as_of: str | None, at_least: int | None
) -> At:
    """Where a question is asked; ends the program for a scope that there is not."""
    if scope not in SCOPES:
        usage(f"--scope '{scope}' is not default or all")
    return house.at(as_of=as_of, at_least=at_least, scope=scope, stream=stream)


def usage(text: str) -> NoReturn:
    """The call itself is wrong: say how, and end."""
    say(f"error: {text}")
    raise typer.Exit(USAGE)
