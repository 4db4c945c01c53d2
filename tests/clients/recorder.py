"""A loopback proxy that keeps the requests that pass through it, byte for byte."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class Recorder(threading.Thread):
    """Passes requests on to a server; ``requests`` are those that came, in order."""

    def __init__(self, upstream: str) -> None:
        super().__init__(daemon=True)
        parts = urlsplit(upstream)
        self._upstream = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self.requests: list[bytes] = []
        self.answers: list[bytes] = []
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def run(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def end(self) -> None:
        self._listening.close()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(self._upstream) as server, suppress(OSError):
            while request := message_of(client):
                with self._lock:
                    place = len(self.requests)
                    self.requests.append(request)
                    self.answers.append(b"")
                server.sendall(request)
                answer = message_of(server)
                self.answers[place] = answer
                client.sendall(answer)


@contextmanager
def recording(upstream: str) -> Iterator[Recorder]:
    """A recorder before a server."""
    recorder = Recorder(upstream)
    recorder.start()
    try:
        yield recorder
    finally:
        recorder.end()


def message_of(connection: socket.socket) -> bytes:
    """The next whole HTTP/1.1 message of a connection, b"" where there is none."""
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65536)
        if not piece:
            return b""
        received += piece
    head, _, rest = received.partition(b"\r\n\r\n")
    fields = fields_of(head)
    if fields.get("expect", "").lower() == "100-continue" and not rest:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    if "chunked" in fields.get("transfer-encoding", ""):
        while not rest.endswith(b"0\r\n\r\n"):
            rest += connection.recv(65536)
    else:
        size = int(fields.get("content-length", "0"))
        while len(rest) < size:
            rest += connection.recv(65536)
    return head + b"\r\n\r\n" + rest


def fields_of(head: bytes) -> dict[str, str]:
    """The header fields of a message, by their names in small letters."""
    lines = head.decode("latin-1").split("\r\n")[1:]
    pairs = (line.partition(":") for line in lines if line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
