"""A server on loopback that answers as an API is documented to, in the order it is told."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One answer. ``declared`` is the Content-Length where it is not that of the body.

    ``pause`` are seconds before each byte of the body.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    declared: int | None = None
    pause: float = 0.0


def told(value: Any, status: int = 200, **headers: str) -> Reply:
    """JSON."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    kind = {"Content-Type": "application/json; charset=utf-8"}
    return Reply(status=status, body=json.dumps(value).encode(), headers=kind | named)


def moved(place: str, status: int = 302) -> Reply:
    """A redirect."""
    return Reply(status=status, headers={"Location": place})


class Far:
    """What it answers by path, and what it was asked: (path, headers in lower case)."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.replies: dict[str, list[Reply]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.ended = threading.Event()

    def on(self, path: str, *replies: Reply) -> None:
        """Answer a path (without its query) with these in turn, the last one again and again."""
        self.replies[path] = list(replies)

    def paths(self) -> list[str]:
        """What it was asked for, without queries."""
        return [path.partition("?")[0] for path, _ in self.asked]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    far: Far

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asks may hang up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        assert isinstance(self.server, _Server)
        far = self.server.far
        path = self.path.partition("?")[0]
        far.asked.append((self.path, {n.lower(): v for n, v in self.headers.items()}))
        found = far.replies.get(path)
        missing = told({"message": "Not Found", "status": "404"}, 404)
        reply = (found.pop(0) if len(found) > 1 else found[0]) if found else missing
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        size = len(reply.body) if reply.declared is None else reply.declared
        self.send_header("Content-Length", str(size))
        self.end_headers()
        if not reply.pause:
            self.wfile.write(reply.body)
        else:
            for byte in reply.body:
                if far.ended.wait(reply.pause):
                    break
                try:
                    self.wfile.write(bytes([byte]))
                except OSError:
                    break
        self.close_connection = size != len(reply.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@contextmanager
def far_away(host: str = "127.0.0.1") -> Iterator[Far]:
    """Such a server; with another name of this machine it is another host to whoever asks."""
    server = _Server((host, 0), _Handler)
    server.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    server.far = Far(f"http://{host}:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.far
    finally:
        server.far.ended.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
