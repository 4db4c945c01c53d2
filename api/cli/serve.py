"""``lineage serve`` and ``lineage schema``: GraphQL and REST on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.opening import USAGE, chosen, failing, put, say
from api.cli.option import Db


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("serve")(serve)
    app.command("schema")(schema)


def serve(
    host: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="A loopback address. [default: 127.0.0.1]")
    ] = None,
    port: Annotated[
        int | None, typer.Option(metavar="N", min=0, max=65535, help="[default: 8000]")
    ] = None,
    db: Db = None,
) -> None:
    """Serve GraphQL, REST and the start page on this machine, until it is interrupted."""
    import uvicorn

    from api.app import create_app
    from api.loopback import is_loopback
    from api.wiring import open_house

    with failing():
        settings = chosen(db, host=host, port=port)
        if not is_loopback(settings.host):
            say(f"error: '{settings.host}' is no loopback address; without tokens only those serve")
            raise typer.Exit(USAGE)
        house = open_house(settings, create=True)
        shown = f"[{settings.host}]" if ":" in settings.host else settings.host
        say(f"serving http://{shown}:{settings.port}/  GraphQL at /graphql  (Ctrl+C ends it)")
        try:
            uvicorn.run(
                create_app(house), host=settings.host, port=settings.port, log_level="warning",
                proxy_headers=False, server_header=False,
            )  # fmt: skip
        finally:
            house.record.close()


def schema() -> None:
    """Print the GraphQL schema."""
    from api.graphql.schema import build_schema

    put([build_schema().as_str() + "\n"])
