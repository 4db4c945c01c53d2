"""Documents byte for byte: zstd, with the slot's previous document as the dictionary.

Every 32nd document of a slot is a keyframe and stands alone, so that reading one never walks
further than 31 others.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock, local

import zstandard

from lineage.errors import RecordDamagedError
from lineage.record.digest import content_digest
from lineage.record.session import Work

KEYFRAME_EVERY = 32
_LEVEL = 3
# A dictionary beyond this costs more time than a large document saves in bytes.
_DICTIONARY_LIMIT = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A document as it is stored."""

    digest: bytes
    previous: bytes | None
    depth: int
    size: int
    body: bytes


def pack(content: bytes, previous: tuple[bytes, int, bytes] | None) -> Packed:
    """Compress; ``previous`` is (digest, depth, content) of the slot's previous document."""
    base = previous
    if base and (base[1] + 1 >= KEYFRAME_EVERY or not 0 < len(base[2]) <= _DICTIONARY_LIMIT):
        base = None
    body = _compress(content, base[2] if base else b"")
    return Packed(
        digest=content_digest(content),
        previous=base[0] if base else None,
        depth=base[1] + 1 if base else 0,
        size=len(content),
        body=body,
    )


def unpack(body: bytes, size: int, dictionary: bytes) -> bytes:
    """The content; RecordDamagedError where the bytes are no such document."""
    try:
        tool = zstandard.ZstdDecompressor(dict_data=_raw(dictionary) if dictionary else None)
        return tool.decompress(body, max_output_size=max(size, 1))
    except zstandard.ZstdError as error:
        raise RecordDamagedError(reason=f"a document cannot be unpacked ({error})") from None


class Documents:
    """Reads documents, and remembers the last few so that a chain is rarely walked."""

    def __init__(self, limit: int = 64 * 1024 * 1024) -> None:
        self._kept: OrderedDict[tuple[int, bytes], bytes] = OrderedDict()
        self._limit = limit
        self._size = 0
        self._lock = Lock()

    def read(self, work: Work, tenant: int, digest: bytes) -> bytes | None:
        """The content of a document of that tenant, None where there is none."""
        chain: list[tuple[bytes, int, bytes]] = []
        wanted: bytes | None = digest
        content = b""
        while wanted is not None:
            kept = self._kept.get((tenant, wanted))
            if kept is not None:
                content = kept
                break
            row = work.one(
                "SELECT previous, size, body FROM document WHERE tenant = ? AND digest = ?",
                tenant,
                wanted,
            )
            if row is None:
                if not chain:
                    return None
                raise RecordDamagedError(reason="a document leans on one that is not there")
            chain.append((wanted, row[1], row[2]))
            if len(chain) > KEYFRAME_EVERY:
                raise RecordDamagedError(reason="a document leans on too long a chain")
            wanted = row[0]
        for _, size, body in reversed(chain):
            content = unpack(body, size, content)
        self.keep(tenant, digest, content)
        return content

    def keep(self, tenant: int, digest: bytes, content: bytes) -> None:
        """Remember a content that was just written or read."""
        if len(content) > self._limit // 4:
            return
        with self._lock:
            old = self._kept.pop((tenant, digest), b"")
            self._kept[(tenant, digest)] = content
            self._size += len(content) - len(old)
            while self._size > self._limit:
                _, gone = self._kept.popitem(last=False)
                self._size -= len(gone)


def _compress(content: bytes, dictionary: bytes) -> bytes:
    if not dictionary:
        if not hasattr(_OWN, "plain"):
            _OWN.plain = zstandard.ZstdCompressor(level=_LEVEL)
        packed: bytes = _OWN.plain.compress(content)
        return packed
    # the window must reach back over the whole dictionary
    parameters = zstandard.ZstdCompressionParameters.from_level(
        _LEVEL, source_size=len(content) + len(dictionary), dict_size=len(dictionary)
    )
    tool = zstandard.ZstdCompressor(dict_data=_raw(dictionary), compression_params=parameters)
    return tool.compress(content)


def _raw(dictionary: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(dictionary, dict_type=zstandard.DICT_TYPE_RAWCONTENT)


_OWN = local()  # zstd's tools belong to one thread
