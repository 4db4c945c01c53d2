"""``lineage impact``, ``provenance``, ``show`` and ``search``: questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from api.cli.opening import THRESHOLD, USAGE, put, reached, say
from api.cli.option import AsOf, AtLeast, Db, KeyArgument, Output, ScopeOption, StreamOption

if TYPE_CHECKING:
    from api.near import AnyHouse
    from lineage.model.revision import At

_DRAWN = ("dot", "mermaid")
"""Outputs that draw the paths of what is affected; a service and its causes have none."""
_KINDS = "upgrade, remove, replace, add, place, retract, relicense, vulnerable or end_of_life."


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("impact")(impact)
    app.command("provenance")(provenance)
    app.command("show")(show)
    app.command("search")(search)


def impact(
    key: Annotated[
        str,
        typer.Argument(
            metavar="KEY",
            help='A key or name; a version or range behind it ("CUDA 12") is what it is now.',
        ),
    ],
    change: Annotated[str, typer.Option("--change", metavar="KIND", help=_KINDS)] = "upgrade",
    from_range: Annotated[
        str | None,
        typer.Option("--from", metavar="RANGE", help="What it is now: a bare 12 is 12.*."),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="X",
            help="The target: 13 is any 13.x; else what the change takes: the other thing, a "
            "requirement, a host, a licence or a day.",
        ),
    ] = None,
    assembly: Annotated[
        str | None, typer.Option("--assembly", metavar="KEY", help="Only inside this one.")
    ] = None,
    owner: Annotated[
        str | None, typer.Option("--owner", metavar="NAME", help="Only what belongs to them.")
    ] = None,
    deployment_environment: Annotated[
        str | None,
        typer.Option("--deployment-environment", metavar="NAME", help="Only there: prod, say."),
    ] = None,
    paths: Annotated[
        int | None,
        typer.Option("--paths", metavar="N", help="So many ways to each, shortest first."),
    ] = None,
    fail_on: Annotated[
        str | None,
        typer.Option("--fail-on", metavar="VERDICT", help="Exit 3 on that verdict or worse."),
    ] = None,
    portfolio: Annotated[
        bool, typer.Option("--portfolio", help="One row per service and cause instead.")
    ] = False,
    every: Annotated[
        bool, typer.Option("--all", help="Fold nothing: a row for every verdict.")
    ] = False,
    scope: ScopeOption = "default",
    stream: StreamOption = None,
    as_of: AsOf = None,
    at_least: AtLeast = None,
    output: Output = "table",
    db: Db = None,
) -> None:
    """What breaks if this changes: a verdict for everything that the change reaches."""
    from lineage.vocabulary.changes import CHANGES, VERDICTS
    from queries.impact import Impact

    kind = _row(CHANGES, change, "--change")
    if not kind.built:
        built = ", ".join(row.name for row in CHANGES if row.built)
        _usage(f"--change {kind.name} is not built yet; built: {built}")
    threshold = _row(VERDICTS, fail_on, "--fail-on") if fail_on is not None else None
    with reached(db) as house:
        at = _at(house, scope, stream, as_of, at_least)
        question = Impact(
            key=key, change=kind.name, from_range=from_range, to=to, assembly=assembly,
            owner=owner, deployment_environment=deployment_environment, paths=paths, at=at,
        )  # fmt: skip
        answer = house.ask(question)
        _write(_told(answer, portfolio=portfolio, every=every, output=output), output)
    if threshold is not None:
        met = [a for a in answer.affected if VERDICTS.get(a.verdict).rank <= threshold.rank]
        if met:
            say(f"threshold met: {len(met)} are {threshold.name} or worse")
            raise typer.Exit(THRESHOLD)


def provenance(
    key: KeyArgument,
    depth: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="At most so many hops.")
    ] = None,
    dependence: Annotated[
        bool, typer.Option("--dependence", help="What it leans on as well.")
    ] = False,
    scope: ScopeOption = "default",
    stream: StreamOption = None,
    as_of: AsOf = None,
    at_least: AtLeast = None,
    output: Output = "table",
    db: Db = None,
) -> None:
    """Everything it was made from, who says so, and what nobody says."""
    from queries.provenance import Provenance

    with reached(db) as house:
        at = _at(house, scope, stream, as_of, at_least)
        _write(house.ask(Provenance(key=key, depth=depth, dependence=dependence, at=at)), output)


def show(
    key: KeyArgument,
    scope: ScopeOption = "default",
    stream: StreamOption = None,
    as_of: AsOf = None,
    at_least: AtLeast = None,
    output: Output = "table",
    db: Db = None,
) -> None:
    """Everything that is claimed about one component, and who claims it."""
    from queries.component import Component

    with reached(db) as house:
        at = _at(house, scope, stream, as_of, at_least)
        _write(house.ask(Component(key=key, at=at)), output)


def search(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A part of a name, key or alias.")],
    kind: Annotated[
        list[str] | None, typer.Option("--kind", metavar="KIND", help="Only these kinds.")
    ] = None,
    first: Annotated[int, typer.Option(metavar="N", min=1, help="At most so many rows.")] = 20,
    scope: ScopeOption = "default",
    stream: StreamOption = None,
    as_of: AsOf = None,
    at_least: AtLeast = None,
    output: Output = "table",
    db: Db = None,
) -> None:
    """Components whose name, key or alias contains the text, best first."""
    from queries.search import Search

    with reached(db) as house:
        at = _at(house, scope, stream, as_of, at_least)
        answer = house.ask(Search(text=text, kinds=tuple(kind or ()), first=first, at=at))
        _write(answer, output)
    if answer.total > len(answer.found):
        say(f"{answer.total - len(answer.found)} more: --first {answer.total} shows all")


def _at(
    house: AnyHouse, scope: str, stream: str | None, as_of: str | None, at_least: int | None
) -> At:
    if scope not in ("default", "all"):
        _usage(f"--scope '{scope}' is not default or all")
    return house.at(as_of=as_of, at_least=at_least, scope=scope, stream=stream)


def _row(table: Any, name: str, option: str) -> Any:
    found = next((row for row in table if row.name.lower() == name.lower()), None)
    if found is None:
        _usage(f"{option} '{name}' is not one of {', '.join(table.names())}")
    return found


def _usage(text: str) -> NoReturn:
    say(f"error: {text}")
    raise typer.Exit(USAGE)


def _told(answer: Any, *, portfolio: bool, every: bool, output: str) -> Any:
    """The answer with the rows that were asked for."""
    from api.output.tables.opened import opened as unfolded
    from api.output.tables.portfolio import by_service

    if portfolio and output not in _DRAWN:
        return by_service(answer)
    return unfolded(answer) if every else answer


def _write(answer: Any, output: str) -> None:
    from api import output as outputs

    put(outputs.write(answer, output))
