"""Requests of real clients as they were on the wire, kept in documents/requests.

What differs from run to run stands there as {{key}}, {{token}} and {{project}} (the answers of an
upload name the last two), and the address of the server is 127.0.0.1:8000.
"""

from __future__ import annotations

import gzip
import json
import re
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.clients.recorder import fields_of, message_of

FOLDER = Path(__file__).parent / "documents" / "requests"
_VOLATILE = frozenset({"content-length", "host", "x-api-key", "authorization"})
_BOUNDARY = re.compile(r"boundary=.*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: status, header fields by small letters, the body."""

    status: int
    fields: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def names() -> list[str]:
    """The clients whose requests are kept."""
    return sorted({path.stem.rpartition("-")[0] for path in FOLDER.glob("*.http")})


def of(client: str) -> list[bytes]:
    """The requests of a client, in order."""
    return [path.read_bytes() for path in sorted(FOLDER.glob(f"{client}-[0-9]*.http"))]


def keep(client: str, requests: list[bytes], values: dict[str, str]) -> None:
    """Write the requests of a client anew, without what differs from run to run."""
    for path in FOLDER.glob(f"{client}-[0-9]*.http"):
        path.unlink()
    FOLDER.mkdir(exist_ok=True)
    for number, request in enumerate(requests, 1):
        (FOLDER / f"{client}-{number:02}.http").write_bytes(without(request, values))


def without(request: bytes, values: dict[str, str]) -> bytes:
    """A request with placeholders for values, and the address of no server in particular."""
    head, mark, body = request.partition(b"\r\n\r\n")
    head = re.sub(rb"(?im)^(host:\s*).*?(\r|$)", rb"\g<1>127.0.0.1:8000\2", head)
    for name, value in values.items():
        head = head.replace(value.encode(), f"{{{{{name}}}}}".encode())
    return head + mark + body


def filled(request: bytes, values: dict[str, str]) -> bytes:
    """A request with the values of this run."""
    head, mark, body = request.partition(b"\r\n\r\n")
    for name, value in values.items():
        head = head.replace(f"{{{{{name}}}}}".encode(), value.encode())
    return head + mark + body


def sent(url: str, request: bytes) -> Answer:
    """Send the bytes as they are, over a connection of their own."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=60) as connection:
        connection.sendall(request)
        head, _, body = message_of(connection).partition(b"\r\n\r\n")
    return Answer(status=int(head.split()[1]), fields=fields_of(head), body=body)


def shape(request: bytes) -> dict[str, Any]:
    """What makes a request that client's: two of one client differ in their values only."""
    head, _, body = request.partition(b"\r\n\r\n")
    fields = fields_of(head)
    method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
    address = urlsplit(target)
    path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\{\{\w+\}\}", "*", address.path)
    kind = fields.get("content-type", "")
    return {
        "method": method,
        "path": path,
        "query": [name for name, _ in parse_qsl(address.query)],
        "fields": sorted(
            (name, _BOUNDARY.sub("boundary=", value))
            for name, value in fields.items()
            if name not in _VOLATILE
        ),
        "body": _body(kind, fields.get("content-encoding", ""), body),
    }


def _body(kind: str, encoding: str, body: bytes) -> Any:
    if encoding == "gzip":
        body = gzip.decompress(body)
    if kind.startswith("application/json") and body:
        return {name: type(value).__name__ for name, value in json.loads(body).items()}
    if kind.startswith("multipart/"):
        boundary = kind.partition("boundary=")[2].strip('"').encode()
        parts = body.split(b"--" + boundary)[1:-1]
        return [part.partition(b"\r\n\r\n")[0].strip().decode().split("\r\n") for part in parts]
    return len(body) > 0


def hung_up(url: str, piece: bytes) -> bytes:
    """Send the beginning of a request, say that no more will come, and take what is answered."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as connection:
        connection.sendall(piece)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while more := connection.recv(65536):
            received += more
    return received
