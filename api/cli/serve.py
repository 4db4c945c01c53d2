"""``lineage serve`` and ``lineage schema``: GraphQL and REST on this machine."""

from __future__ import annotations

import socket
from typing import Annotated

import typer

from api.cli.opening import ERROR, USAGE, chosen, failing, put, say
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
        listening = _listen(settings.host, settings.port)
        house = open_house(settings, create=True)
        shown = f"[{settings.host}]" if ":" in settings.host else settings.host
        port = listening.getsockname()[1]
        say(f"serving http://{shown}:{port}/  GraphQL at /graphql  (Ctrl+C ends it)")
        config = uvicorn.Config(
            create_app(house), log_level="warning", proxy_headers=False, server_header=False
        )
        try:
            uvicorn.Server(config).run(sockets=[listening])
        except KeyboardInterrupt:
            say("ended")
        finally:
            listening.close()
            house.record.close()


def _listen(host: str, port: int) -> socket.socket:
    """A socket on a loopback address; exit 1 where it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, the event loop turns Nagle's delay (40 ms an answer) off.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        say(f"error: {host}:{port}: {error.strerror}; choose another --port")
        raise typer.Exit(ERROR) from None
    return listening


def schema() -> None:
    """Print the GraphQL schema."""
    from api.graphql.schema import build_schema

    put([build_schema().as_str() + "\n"])
