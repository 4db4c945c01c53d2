"""Content codings of answers: zstd and gzip where the client takes them (RFC 9110, 12.5.3)."""

from __future__ import annotations

import gzip

import zstandard

# Below this the header costs more than the packing saves.
WORTH = 1024
_GZIP_LEVEL, _ZSTD_LEVEL = 5, 3
# Of equals gzip: programs that name zstd are seen to lack what unpacks it.
_OURS = ("gzip", "zstd")


def coding_of(accepted: str, size: int) -> str | None:
    """The coding to send a body of ``size`` bytes in, None to send it as it is.

    >>> coding_of("gzip;q=0.5, zstd;q=0, br", 5000)
    'gzip'
    """
    if size < WORTH:
        return None
    weights = dict(map(_weight, accepted.lower().split(",")))
    best = max(_OURS, key=lambda one: weights.get(one, weights.get("*", 0.0)))
    return best if weights.get(best, weights.get("*", 0.0)) > 0 else None


def packed(content: bytes, coding: str) -> bytes:
    """The body in a coding that ``coding_of`` gave."""
    if coding == "zstd":
        return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(content)
    return gzip.compress(content, _GZIP_LEVEL, mtime=0)


def _weight(part: str) -> tuple[str, float]:
    name, _, parameter = part.partition(";")
    text = parameter.strip().removeprefix("q=") if parameter else "1"
    try:
        return name.strip(), float(text)
    except ValueError:
        return name.strip(), 0.0
