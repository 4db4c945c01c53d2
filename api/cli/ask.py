"""``lineage impact``, ``provenance``, ``show`` and ``search``: questions."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.cli.asking import Asking, question_options, usage
from api.cli.filter import OrderBy, Where, sifting_of
from api.cli.opening import THRESHOLD, reached, say
from api.cli.option import KeyArgument

_DRAWN = ("dot", "mermaid")
"""Outputs that draw the paths of what is affected; a service and its causes have none."""
_KINDS = "upgrade, remove, replace, add, place, retract, relicense, vulnerable or end_of_life."


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("impact")(impact)
    app.command("provenance")(provenance)
    app.command("show")(show)
    app.command("search")(search)


@question_options()
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
    where: Where = None,
    order_by: OrderBy = None,
    *,
    asking: Asking,
) -> None:
    """What breaks if this changes: a verdict for everything that the change reaches."""
    from lineage.vocabulary.changes import CHANGES, VERDICTS
    from queries.impact import Impact

    kind = _row(CHANGES, change, "--change")
    if not kind.built:
        built = ", ".join(row.name for row in CHANGES if row.built)
        usage(f"--change {kind.name} is not built yet; built: {built}")
    threshold = _row(VERDICTS, fail_on, "--fail-on") if fail_on is not None else None
    sifting = sifting_of(where, order_by)
    if portfolio and sifting:
        usage("--where and --order-by are about what is affected, not about a --portfolio")
    with reached(asking.db) as house:
        question = Impact(
            key=key, change=kind.name, from_range=from_range, to=to, assembly=assembly,
            owner=owner, deployment_environment=deployment_environment, paths=paths,
            at=asking.at(house),
        )  # fmt: skip
        gate = None if threshold is None else house.gate(question, threshold, sifting)
        answer = house.ask(question, sifting) if gate is None else gate.impact
        told = _told(answer, portfolio=portfolio, every=every, output=asking.output)
        asking.write(told)
    if gate is not None and not gate.passed:
        say(f"threshold met: {gate.met} are {gate.fail_on} or worse")
        raise typer.Exit(THRESHOLD)


@question_options()
def provenance(
    key: KeyArgument,
    depth: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="At most so many hops.")
    ] = None,
    dependence: Annotated[
        bool, typer.Option("--dependence", help="What it leans on as well.")
    ] = False,
    where: Where = None,
    order_by: OrderBy = None,
    *,
    asking: Asking,
) -> None:
    """Everything it was made from, who says so, and what nobody says."""
    from queries.provenance import Provenance

    asking.ask(
        lambda at: Provenance(key=key, depth=depth, dependence=dependence, at=at),
        sifting_of(where, order_by),
    )


@question_options()
def show(
    key: KeyArgument,
    *,
    asking: Asking,
) -> None:
    """Everything that is claimed about one component, and who claims it."""
    from queries.component import Component

    asking.ask(lambda at: Component(key=key, at=at))


@question_options()
def search(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A part of a name, key or alias.")],
    kind: Annotated[
        list[str] | None, typer.Option("--kind", metavar="KIND", help="Only these kinds.")
    ] = None,
    first: Annotated[int, typer.Option(metavar="N", min=1, help="At most so many rows.")] = 20,
    *,
    asking: Asking,
) -> None:
    """Components whose name, key or alias contains the text, best first."""
    from queries.search import Search

    answer = asking.ask(lambda at: Search(text=text, kinds=tuple(kind or ()), first=first, at=at))
    if answer.total > len(answer.found):
        say(f"{answer.total - len(answer.found)} more: --first {answer.total} shows all")


def _row(table: Any, name: str, option: str) -> Any:
    found = next((row for row in table if row.name.lower() == name.lower()), None)
    if found is None:
        usage(f"{option} '{name}' is not one of {', '.join(table.names())}")
    return found


def _told(answer: Any, *, portfolio: bool, every: bool, output: str) -> Any:
    """The answer with the rows that were asked for."""
    from api.output.tables.opened import opened as unfolded
    from api.output.tables.portfolio import by_service

    if portfolio and output not in _DRAWN:
        return by_service(answer)
    return unfolded(answer) if every else answer
