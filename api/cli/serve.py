"""``lineage serve`` and ``lineage schema``: GraphQL and REST over HTTP."""

from __future__ import annotations

import gc
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.opening import ERROR, USAGE, chosen, failing, put, say
from api.cli.option import Db

if TYPE_CHECKING:
    from api.house import House
    from api.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("serve")(serve)
    app.command("schema")(schema)


def serve(
    host: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="Any but a loopback address needs tokens. [default: 127.0.0.1]"
        ),
    ] = None,
    port: Annotated[
        int | None, typer.Option(metavar="N", min=0, max=65535, help="[default: 8000]")
    ] = None,
    db: Db = None,
) -> None:
    """Serve GraphQL, REST and the start page, until it is interrupted.

    On a loopback address it answers this machine without a token (unless LINEAGE_REQUIRE_TOKEN is
    set), and anybody with one; on any other address every request needs a token.
    """
    import uvicorn

    from api.app import create_app
    from api.loopback import is_loopback
    from api.wiring import open_house

    with failing():
        settings = chosen(db, host=host, port=port)
        if not is_loopback(settings.host):
            _require_token(settings)
        listening = _listen(settings.host, settings.port)
        house = open_house(settings, create=True)
        shown = f"[{settings.host}]" if ":" in settings.host else settings.host
        port = listening.getsockname()[1]
        say(f"serving http://{shown}:{port}/  GraphQL at /graphql  (Ctrl+C ends it)")
        config = uvicorn.Config(
            create_app(house), log_level="warning", proxy_headers=False, server_header=False
        )
        # What is loaded by now stays: a full collection of it would hold up a request for 0.1 s.
        gc.collect()
        gc.freeze()
        threading.Thread(target=_lay_out, args=(house,), name="layout", daemon=True).start()
        try:
            uvicorn.Server(config).run(sockets=[listening])
        except KeyboardInterrupt:
            say("ended")
        finally:
            listening.close()
            house.close()


def _lay_out(house: House) -> None:
    """Beside the first requests, which wait for nothing but what they ask for themselves."""
    with suppress(Exception):  # whatever it is: the first question meets it, and says it
        house.lay_out()


def _require_token(settings: Settings) -> None:
    """Exit 2 unless somebody could come in."""
    from api.wiring import open_record
    from lineage.record.token import Tokens

    record = open_record(settings)
    try:
        if not Tokens(record.session).any():
            say(
                f"error: '{settings.host}' is no loopback address: that needs a token, and there "
                "is none; `lineage token create NAME --right read` makes one"
            )
            raise typer.Exit(USAGE)
    finally:
        record.close()


def _listen(host: str, port: int) -> socket.socket:
    """A socket on the address; exit 1 where it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, the event loop turns Nagle's delay (40 ms an answer) off.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()  # whoever reads the line "serving" and comes at once only waits
    except OSError as error:
        listening.close()
        say(f"error: {host}:{port}: {error.strerror}; choose another --port")
        raise typer.Exit(ERROR) from None
    return listening


def schema() -> None:
    """Print the GraphQL schema."""
    from api.graphql.schema import build_schema

    put([build_schema().as_str() + "\n"])
