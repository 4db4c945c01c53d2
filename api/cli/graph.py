"""``lineage graph``: the graph that is kept in Neo4j, beside the record that it is made from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.opening import ERROR, put, say
from api.cli.option import Db

if TYPE_CHECKING:
    from api.cli.desk import Desk
    from lineage.graph.engines.neo4j import Neo4jEngine


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True)
    group.command("status")(status)
    group.command("verify")(verify)
    group.command("rebuild")(rebuild)
    app.add_typer(group, name="graph", help="The graph in Neo4j, beside the record.")


def status(db: Db = None) -> None:
    """Say which revision the server's graph shows, and how it stands to the record."""
    from lineage.graph.engines.neo4j.standing import counts, verdict

    with _graph(db) as (engine, desk):
        store, form = engine.store(desk.tenant), engine.form(desk.tenant)
        state = store.state()
        ours = form.projection.revision
        put([f"graph     {store.graph}\n", f"state     {verdict(state, form)}\n"])
        put([f"record    revision {ours.number}, pack {form.pack_revision}\n"])
        if state is not None:
            put([f"server    revision {state.revision}, pack {state.pack_revision}\n"])
            held = counts(store)
            put([f"{label.lower():<10}{count}\n" for label, count in held.items()])


def verify(
    db: Db = None,
    mend: Annotated[bool, typer.Option("--mend", help="Write what differs.")] = False,
) -> None:
    """Compare the server's graph with the record, node by node; exit 1 if they differ."""
    from lineage.graph.engines.neo4j.standing import difference

    with _graph(db) as (engine, desk):
        store, form = engine.store(desk.tenant), engine.form(desk.tenant)
        found = difference(store.compare(form))
        state = store.state()
        whole = state is not None and state.digest == form.digest and state.stage == "ready"
        if found.none and whole:
            say(f"revision {form.projection.revision.number}: as it should be")
            return
        for name in found.__slots__:
            count = getattr(found, name)
            if count:
                put([f"{name.replace('_', ' ')}: {count}\n"])
        if not whole:
            put(["state: it does not say that it shows this revision\n"])
        if not mend:
            say("the graph differs: `lineage graph verify --mend` writes what differs")
            raise typer.Exit(ERROR)
        store.mend(form)
        desk.note("graph mend", about=store.graph)
        say(f"mended: revision {form.projection.revision.number}")


def rebuild(db: Db = None) -> None:
    """Take the server's graph away and write it anew from the record."""
    with _graph(db) as (engine, desk):
        store, form = engine.store(desk.tenant), engine.form(desk.tenant)
        store.drop()
        store.mend(form)
        desk.note("graph rebuild", about=store.graph)
        one = form.projection
        say(f"revision {one.revision.number}: {one.nodes} nodes, {len(form.down)} edges")


@contextmanager
def _graph(db: str | None) -> Iterator[tuple[Neo4jEngine, Desk]]:
    from api.cli.desk import administered
    from api.cli.opening import chosen, failing
    from api.engine import neo4j_engine
    from lineage.record.views import RecordViews

    with administered(db) as desk, failing():
        engine = neo4j_engine(chosen(db), RecordViews(desk.record))
        try:
            yield engine, desk
        finally:
            engine.close()
