"""The body of an upload: bounded as it comes in, and again as it is unpacked."""

from __future__ import annotations

import io
import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from typing import Any

import orjson
import zstandard
from starlette.requests import ClientDisconnect, Request

from api.rest.problem import BodyInvalidError, EncodingUnknownError
from lineage.errors import DocumentTooLargeError

# The window a sender may ask for: 8 MiB is what every zstd decoder must support (RFC 8878).
_WINDOW = 1 << 23


async def read_body(stream: AsyncIterator[bytes], encoding: str, limit: int) -> bytes:
    """The document's bytes, unpacked.

    Raises DocumentTooLargeError as soon as more than ``limit`` bytes came in or would come out,
    EncodingUnknownError, BodyInvalidError for a body that is broken or empty.
    """
    name = encoding.strip().lower()
    if name not in UNPACKERS:
        raise EncodingUnknownError(encoding=encoding)
    received = bytearray()
    async for chunk in capped(stream, limit):
        received += chunk
    body = unpacked(bytes(received), name, limit)
    if not body:
        raise BodyInvalidError(reason="it is empty")
    return body


async def read_object(request: Request, limit: int) -> dict[str, Any]:
    """The JSON object that a request bears; raises what ``read_body`` raises."""
    encoding = request.headers.get("content-encoding", "")
    return object_of(await read_body(request.stream(), encoding, limit))


def object_of(body: bytes) -> dict[str, Any]:
    """The object that a body in JSON is; BodyInvalidError."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BodyInvalidError(reason=f"not JSON: {error}") from None
    if not isinstance(found, dict):
        raise BodyInvalidError(reason="not a JSON object")
    return found


async def capped(stream: AsyncIterator[bytes], limit: int) -> AsyncGenerator[bytes]:
    """What comes in, piece by piece; DocumentTooLargeError above ``limit`` bytes.

    Raises BodyInvalidError where the sender goes away before the end.
    """
    size = 0
    try:
        async for chunk in stream:
            size += len(chunk)
            if size > limit:
                raise _too_large(limit)
            yield chunk
    except ClientDisconnect:
        raise BodyInvalidError(reason="it ends before its length") from None


def unpacked(body: bytes, name: str, limit: int) -> bytes:
    """Bytes as they were before they were packed as a row of UNPACKERS says; b"" stays b"".

    Raises DocumentTooLargeError above ``limit`` bytes, BodyInvalidError for what is broken.
    """
    if body:
        body = UNPACKERS[name](body, limit)
    if len(body) > limit:
        raise _too_large(limit)
    return body


def _gunzip(packed: bytes, limit: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        body = unpacker.decompress(packed, limit + 1)
    except zlib.error as error:
        raise BodyInvalidError(reason=f"not gzip ({error})") from None
    if len(body) > limit:
        raise _too_large(limit)
    if not unpacker.eof:
        raise BodyInvalidError(reason="the gzip data ends too early")
    if unpacker.unused_data:
        raise BodyInvalidError(reason="something follows the gzip data")
    return body


def _unzstd(packed: bytes, limit: int) -> bytes:
    unpacker = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
    body = bytearray()
    source = io.BytesIO(packed)
    try:
        # One block of a few bytes may unpack to 128 KiB: small pieces keep the peak small.
        while piece := source.read(64):
            body += unpacker.decompress(piece)
            if len(body) > limit:
                raise _too_large(limit)
            if unpacker.eof:
                break
    except zstandard.ZstdError as error:
        raise BodyInvalidError(reason=f"not zstd ({error})") from None
    if not unpacker.eof:
        raise BodyInvalidError(reason="the zstd data ends too early")
    if unpacker.unused_data or source.read(1):
        raise BodyInvalidError(reason="something follows the zstd data")
    return bytes(body)


def _too_large(limit: int) -> DocumentTooLargeError:
    return DocumentTooLargeError(size=f"at least {limit + 1}", limit=limit)


def _plain(body: bytes, _limit: int) -> bytes:
    return body


UNPACKERS: Mapping[str, Callable[[bytes, int], bytes]] = {
    "": _plain,
    "identity": _plain,
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "zstd": _unzstd,
}
"""Content codings that are taken, and how each is undone within a limit."""
