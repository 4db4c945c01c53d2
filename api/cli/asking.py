"""What asking commands share: where a question is asked, and how its answer is written down."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from functools import wraps
from typing import TYPE_CHECKING, Any, NoReturn, get_type_hints

import typer

from api.cli.opening import USAGE, put, reached, say
from api.cli.option import AsOf, AtLeast, Db, Output, ScopeOption, StreamOption

if TYPE_CHECKING:
    from api.near import AnyHouse
    from api.whole import Written
    from lineage.model.revision import At
    from queries.narrowed import Sifting

SCOPES = ("default", "all")
_KEYWORD = inspect.Parameter.KEYWORD_ONLY


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The options that every question takes, behind those of its own."""

    scope: ScopeOption = "default"
    stream: StreamOption = None
    as_of: AsOf = None
    at_least: AtLeast = None
    output: Output = "table"
    db: Db = None

    def at(self, house: AnyHouse) -> At:
        """Where the question is asked; ends the program for a scope that there is not."""
        if self.scope not in SCOPES:
            usage(f"--scope '{self.scope}' is not default or all")
        return house.at(
            as_of=self.as_of, at_least=self.at_least, scope=self.scope, stream=self.stream
        )

    def write(self, answer: Any) -> None:
        """The answer in the form that was asked for, on stdout."""
        from api import output as outputs

        put(outputs.write(answer, self.output))

    def ask(self, make: Callable[[At], Any], sifting: Sifting | None = None) -> Any:
        """Ask the question that ``make`` gives for a place, write the answer; returns it.

        ``sifting`` says which rows of the answer.
        """
        with reached(self.db) as house:
            answer = house.ask(make(self.at(house)), sifting)
            self.write(answer)
        return answer


def question_options(*left_out: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Gives a command whose last parameter is an ``Asking`` its options, but for those left out."""
    hints = get_type_hints(Asking, include_extras=True)
    options = [one for one in fields(Asking) if one.name not in left_out]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def run(**given: Any) -> None:
            told = {one.name: given.pop(one.name) for one in options}
            command(**given, asking=Asking(**told))

        own = get_type_hints(command, include_extras=True)
        shown = [
            one.replace(kind=_KEYWORD, annotation=own[name])
            for name, one in inspect.signature(command).parameters.items()
            if name != "asking"
        ]
        shown += [
            inspect.Parameter(o.name, _KEYWORD, default=o.default, annotation=hints[o.name])
            for o in options
        ]
        run.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]
        run.__annotations__ = {one.name: one.annotation for one in shown}
        return run

    return decorate


def noted(rows: Written) -> Iterator[str]:
    """Rows as text; of how many the filter cannot say is told on stderr."""
    if lost := rows.told.get("cannot_compare"):
        say(f"note: of {lost} more the filter cannot say")
    yield from rows.pieces


def usage(text: str) -> NoReturn:
    """The call itself is wrong: say how, and end."""
    say(f"error: {text}")
    raise typer.Exit(USAGE)
