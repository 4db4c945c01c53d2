"""One GET at a time: to addresses inside the fence, bounded in bytes and in time.

The number that was checked is the one that is connected to, so that a name cannot lead elsewhere
in between. A redirect is an address like any other; the credential goes to its own origin only.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse
from tempfile import SpooledTemporaryFile
from typing import IO
from urllib.parse import urljoin

from api.hooks.webhook.failure import FetchDelayedError, FetchFailedError
from api.hooks.webhook.fence import DEFAULT_PORTS, Fence, Target
from api.version import release

_REDIRECTS = 5
_SILENCE = 15.0
"""Seconds without a byte."""
_PIECE = 1 << 16
_IN_MEMORY = 8 << 20
_MOVED = frozenset({301, 302, 303, 307, 308})
_LONGEST_WAIT = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came: status (2xx, 404 or 410), headers (names in lower case), the body in a file.

    Whoever asked closes the body.
    """

    status: int
    headers: Mapping[str, str]
    body: IO[bytes]
    address: str


class Wire:
    """Asks inside one fence. ``credential`` is a header (name, value) for the fence's own API."""

    def __init__(
        self, fence: Fence, *, seconds: float, credential: tuple[str, str] | None = None
    ) -> None:
        self._fence = fence
        self._seconds = seconds
        self._credential = credential

    def get(self, address: str, headers: Mapping[str, str], limit: int) -> Answer:
        """The answer of an address, through its redirects; at most ``limit`` bytes.

        Raises FetchFailedError (refused, too large, outside of the fence) and FetchDelayedError
        (away, too slow, too many questions, broken off), with the seconds that were asked for.
        """
        deadline = time.monotonic() + self._seconds
        first = target = self._fence.target(address)
        for _ in range(_REDIRECTS + 1):
            answer = self._asked(target, headers, limit, deadline)
            if not isinstance(answer, str):
                return answer
            address = urljoin(address, answer)
            target = self._fence.target(address)
            if first.scheme == "https" and target.scheme != "https":
                raise FetchFailedError(address=target.shown, reason="a redirect away from TLS")
        raise FetchFailedError(address=first.shown, reason="it redirects without end")

    def _asked(
        self, target: Target, headers: Mapping[str, str], limit: int, deadline: float
    ) -> Answer | str:
        """The answer, or where it redirects to."""
        sent = {"User-Agent": f"lineage {release()}", "Accept-Encoding": "identity", **headers}
        if self._credential is not None and target.origin == self._fence.own:
            sent[self._credential[0]] = self._credential[1]
        late = threading.Event()
        connection = _Connection(target, deadline)
        # Whoever sends a byte now and then keeps a socket busy for ever: the clock ends it.
        clock = threading.Timer(deadline - time.monotonic(), connection.cut, args=(late,))
        clock.start()
        try:
            with _failing(target, late):
                connection.request("GET", target.path, headers=sent)
                response = connection.getresponse()
                if response.status not in _MOVED:
                    return _taken(target, response, limit, late)
                place = response.headers.get("Location")
        finally:
            clock.cancel()
            connection.close()
        if not place:
            raise FetchFailedError(address=target.shown, reason="a redirect to nowhere")
        return place


class _Connection(HTTPConnection):
    """A connection to one of the numbers that were checked, under the name that was asked for."""

    def __init__(self, target: Target, deadline: float) -> None:
        super().__init__(target.host, target.port)
        # Else the port would stand in the Host header, which addresses of stores are signed with.
        self.default_port = DEFAULT_PORTS[target.scheme]
        self._target = target
        self._deadline = deadline
        self._plug: socket.socket | None = None

    def connect(self) -> None:
        """Try the numbers in turn; OSError of the last one."""
        failure: OSError = TimeoutError()
        for number in self._target.numbers:
            left = self._deadline - time.monotonic()
            if left <= 0:
                break
            try:
                self.sock = socket.create_connection(
                    (number, self._target.port), timeout=min(_SILENCE, left)
                )
                break
            except OSError as error:
                failure = error
        else:
            raise failure
        if self.sock is None:
            raise failure
        self._plug = self.sock
        if self._target.scheme == "https":
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self._target.host)
            self._plug = self.sock
            if time.monotonic() >= self._deadline:  # the clock may have found no plug to pull
                raise TimeoutError

    def cut(self, late: threading.Event) -> None:
        """End whatever is under way."""
        late.set()
        if self._plug is not None:
            try:
                self._plug.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it has ended by itself


def _taken(target: Target, response: HTTPResponse, limit: int, late: threading.Event) -> Answer:
    _check(target, response)
    said = response.length
    if said is not None and said > limit:
        reason = f"it has {said} bytes, more than the {limit} that are allowed"
        raise FetchFailedError(address=target.shown, reason=reason)
    body = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - whoever asked closes it
    try:
        size = _copied(response, body, limit)
        if size > limit:
            reason = f"it has more than the {limit} bytes that are allowed"
            raise FetchFailedError(address=target.shown, reason=reason)
        if late.is_set() or (said is not None and size < said):
            reason = "it took too long" if late.is_set() else "it broke off in the middle"
            raise FetchDelayedError(address=target.shown, reason=reason)
    except BaseException:
        body.close()
        raise
    body.seek(0)
    names = {name.lower(): value for name, value in response.headers.items()}
    return Answer(status=response.status, headers=names, body=body, address=target.shown)


def _copied(response: HTTPResponse, body: IO[bytes], limit: int) -> int:
    """The bytes that came; no more than one piece above the limit is taken."""
    size = 0
    while size <= limit and (piece := response.read(_PIECE)):
        size += len(piece)
        body.write(piece)
    return size


def _check(target: Target, response: HTTPResponse) -> None:
    """Raise unless the answer is one: 2xx, or that there is no such thing (404, 410)."""
    status = response.status
    if 200 <= status < 300 or status in (404, 410):
        return
    wait = _wait(response)
    reason = f"status {status}"
    if status >= 500 or status == 429 or (status == 403 and wait is not None):
        raise FetchDelayedError(address=target.shown, reason=reason, seconds=wait or 0.0)
    if status in (401, 403):
        reason += ", the hook's credential does not open it"
    raise FetchFailedError(address=target.shown, reason=reason)


def _wait(response: HTTPResponse) -> float | None:
    """Seconds that the server asks for: Retry-After, or the end of a used up quota."""
    headers = response.headers
    told = (headers.get("Retry-After") or "").strip()
    if told.isdecimal():
        return min(float(told), _LONGEST_WAIT)
    if told:
        try:
            moment = parsedate_to_datetime(told).timestamp()
        except (ValueError, OverflowError):
            return 0.0
        return min(max(0.0, moment - time.time()), _LONGEST_WAIT)
    left = headers.get("X-RateLimit-Remaining") or headers.get("RateLimit-Remaining")
    if left != "0":
        return None
    reset = (headers.get("X-RateLimit-Reset") or headers.get("RateLimit-Reset") or "").strip()
    since = float(reset) if reset.isdecimal() else 0.0
    return min(max(0.0, since - time.time()), _LONGEST_WAIT)


@contextmanager
def _failing(target: Target, late: threading.Event) -> Iterator[None]:
    """What goes wrong on the way, in our words."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        reason = f"its certificate is not trusted ({error.verify_message})"
        raise FetchFailedError(address=target.shown, reason=reason) from None
    except (OSError, HTTPException) as error:
        reason = "it took too long" if late.is_set() else _reason(error)
        raise FetchDelayedError(address=target.shown, reason=reason) from None


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it does not answer"
    if isinstance(error, HTTPException):
        return "it broke off in the middle, or it speaks no HTTP"
    return getattr(error, "strerror", None) or type(error).__name__
