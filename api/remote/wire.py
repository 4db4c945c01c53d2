"""Requests to a server: JSON and documents out, JSON back, every failure with its own words."""

from __future__ import annotations

import codecs
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException, HTTPMessage, IncompleteRead
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

import orjson
import zstandard

from api.plain import plain
from api.release import HEADER
from api.remote.failure import (
    ServerError,
    ServerForeignError,
    ServerReleaseError,
    ServerUnreachableError,
)
from api.version import release

_TIMEOUT = 900.0
"""Seconds without a byte: a question about a large estate may take minutes."""
_WORTH_PACKING = 4096
_PIECE = 1 << 16


class _NoRedirect(HTTPRedirectHandler):
    """A token must not follow a redirect to another host."""

    def redirect_request(
        self,
        req: Request,  # noqa: ARG002
        fp: IO[bytes],  # noqa: ARG002
        code: int,  # noqa: ARG002
        msg: str,  # noqa: ARG002
        headers: HTTPMessage,  # noqa: ARG002
        newurl: str,  # noqa: ARG002
    ) -> None:
        return None


class Wire:
    """A connection to one server. ``principal`` counts only where the server asks for no token.

    ``theirs`` is the release of the server, once it has answered.
    """

    def __init__(self, url: str, *, token: str | None = None, principal: str = "") -> None:
        self.url = url
        self._headers = {
            "User-Agent": f"lineage {release()}",
            "Accept": "application/json",
            "Lineage-Principal": principal.encode("ascii", "replace").decode(),
        }
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"
        self._token = token
        self.theirs = "unknown"
        self._opener: OpenerDirector = build_opener(_NoRedirect)

    def get(self, path: str, parameters: Mapping[str, Any] | None = None) -> Any:
        """What the server answers to GET, as plain values."""
        return self._send("GET", path, parameters, None, {})

    def post(self, path: str, body: Any) -> Any:
        """What it answers to a JSON object."""
        data = orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS, default=plain)
        return self._send("POST", path, None, data, {"Content-Type": "application/json"})

    def post_document(self, path: str, parameters: Mapping[str, Any], content: bytes) -> Any:
        """What it answers to a document, which goes packed."""
        headers = {"Content-Type": "application/octet-stream"}
        if len(content) >= _WORTH_PACKING:
            content = zstandard.ZstdCompressor(level=3).compress(content)
            headers["Content-Encoding"] = "zstd"
        return self._send("POST", path, parameters, content, headers)

    def fetch(self, path: str, parameters: Mapping[str, Any]) -> tuple[bytes, HTTPMessage]:
        """The bytes that it answers to GET, and the headers."""
        with (
            self._failing(),
            self._opened(
                "GET", path, parameters, None, {"Accept": "*/*", "Accept-Encoding": "identity"}
            ) as response,
        ):
            if response.headers.get(HEADER) is None:
                raise ServerForeignError(url=self.url, reason="it names no release")
            return response.read(), response.headers

    def stream(self, path: str, parameters: Mapping[str, Any]) -> tuple[Iterator[str], HTTPMessage]:
        """The text that it answers to GET, piece by piece, and the headers.

        A failure is raised at once.
        """
        response = self._opened(
            "GET", path, parameters, None, {"Accept": "*/*", "Accept-Encoding": "zstd"}
        )
        if response.headers.get(HEADER) is None:
            response.close()
            raise ServerForeignError(url=self.url, reason="it names no release")
        return self._pieces(response), response.headers

    def _pieces(self, response: Any) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8")()
        with response, self._failing():
            source = response
            if response.headers.get("Content-Encoding") == "zstd":
                source = zstandard.ZstdDecompressor().stream_reader(response)
            while data := source.read(_PIECE):
                yield decoder.decode(data)
            if response.length:
                raise ServerUnreachableError(url=self.url, reason="it broke off in the middle")

    def _send(
        self,
        method: str,
        path: str,
        parameters: Mapping[str, Any] | None,
        data: bytes | None,
        headers: Mapping[str, str],
    ) -> Any:
        with self._failing(), self._opened(method, path, parameters, data, headers) as response:
            return self._read(response.headers, response.read())

    def _opened(
        self,
        method: str,
        path: str,
        parameters: Mapping[str, Any] | None,
        data: bytes | None,
        headers: Mapping[str, str],
    ) -> Any:
        address = self.url + path + (f"?{urlencode(parameters)}" if parameters else "")
        request = Request(address, data=data, method=method, headers={**self._headers, **headers})  # noqa: S310 - checked to be http
        with self._failing():
            return self._opener.open(request, timeout=_TIMEOUT)

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """What goes wrong on the way, in our words."""
        try:
            yield
        except HTTPError as error:
            with error:
                raise self._refused(error) from None
        except URLError as error:
            raise ServerUnreachableError(url=self.url, reason=_reason(error.reason)) from None
        except (OSError, HTTPException, zstandard.ZstdError) as error:
            raise ServerUnreachableError(url=self.url, reason=_reason(error)) from None

    def _read(self, headers: HTTPMessage, body: bytes) -> Any:
        self.theirs = headers.get(HEADER) or ""
        if not self.theirs:
            raise ServerForeignError(url=self.url, reason="it names no release")
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError:
            raise ServerForeignError(url=self.url, reason="what it says is no JSON") from None

    def _refused(self, error: HTTPError) -> Exception:
        try:
            told = orjson.loads(error.read())
            code, detail = told["code"], told["detail"]
        except (OSError, HTTPException, orjson.JSONDecodeError, KeyError, TypeError):
            where = f" (it leads to {to})" if (to := error.headers.get("Location")) else ""
            return ServerForeignError(url=self.url, reason=f"status {error.code}{where}")
        theirs = error.headers.get(HEADER)
        if theirs is None and error.code not in (401, 403):
            return ServerForeignError(url=self.url, reason=f"status {error.code}")
        if error.code in (404, 405) and detail in ("Not Found", "Method Not Allowed"):
            reason = "it does not know what is asked; the older of the two has to be renewed"
            return ServerReleaseError(theirs=theirs, ours=release(), reason=reason)
        if error.code == 401 and self._token is None:
            detail += " LINEAGE_TOKEN or LINEAGE_TOKEN_FILE names it."
        data = {"text": told.get("text", "")}
        if isinstance(candidates := told.get("candidates"), list):
            data["candidates"] = tuple(candidates)
        return ServerError(code, detail, **data)


def _reason(error: Any) -> str:
    match error:
        case ssl.SSLCertVerificationError():
            return (
                f"its certificate is not trusted ({error.verify_message}); "
                "SSL_CERT_FILE names a file of authorities of your own"
            )
        case ssl.SSLError():
            return f"no TLS there, is it http? ({error.reason or error})"
        case IncompleteRead():
            return "it broke off in the middle"
        case TimeoutError():
            return "it does not answer"
        case OSError():
            return error.strerror or str(error) or type(error).__name__
        case _:
            return str(error) or type(error).__name__
