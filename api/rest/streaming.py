"""Bodies that are sent as they are made, packed on the way where the client takes that."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import zstandard
from starlette.responses import StreamingResponse

from api.coding import WORTH, coding_of

_CHUNK = 1 << 16


def stream_of(
    pieces: Iterator[str], media: str, accepted: str, **headers: str
) -> StreamingResponse:
    """A response that sends pieces of text as they come; ``accepted`` is Accept-Encoding."""
    coding = coding_of(accepted, WORTH)
    told = {"Vary": "Accept, Accept-Encoding", **headers}
    chunks = _chunks(pieces)
    if coding == "zstd":
        chunks = _zstd(chunks)
    elif coding == "gzip":
        chunks = _gzip(chunks)
    if coding is not None:
        told["Content-Encoding"] = coding
    return StreamingResponse(chunks, media_type=media, headers=told)


def _chunks(pieces: Iterator[str]) -> Iterator[bytes]:
    """Pieces of text in chunks that are worth sending."""
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        data = piece.encode()
        waiting.append(data)
        size += len(data)
        if size >= _CHUNK:
            yield b"".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)


def _zstd(chunks: Iterator[bytes]) -> Iterator[bytes]:
    packer = zstandard.ZstdCompressor(level=3).compressobj()
    for chunk in chunks:
        if data := packer.compress(chunk):
            yield data
    yield packer.flush()


def _gzip(chunks: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(5, wbits=31)
    for chunk in chunks:
        if data := packer.compress(chunk):
            yield data
    yield packer.flush()
