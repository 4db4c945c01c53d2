"""Keyed digests: ids that nobody can forge and that a rebuild gives again."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b, sha256
from struct import Struct

from lineage.errors import RecordDamagedError

SECRET_SIZE = 32
NO_CHAIN = bytes(32)
_PAIR = Struct("<qq")
_ONE = Struct("<q")


class Stamp:
    """Ids of one tenant: digests keyed with the installation's secret.

    >>> Stamp(bytes(32), "default").statement(b"x") == Stamp(bytes(32), "default").statement(b"x")
    True
    """

    def __init__(self, secret: bytes, tenant: str) -> None:
        if len(secret) != SECRET_SIZE:
            raise RecordDamagedError(reason="the secret of the installation has a wrong length")
        name = tenant.encode()
        frame = len(name).to_bytes(2, "little") + name
        self._statement = blake2b(b"s" + frame, digest_size=16, key=secret)
        self._name = blake2b(b"n" + frame, digest_size=8, key=secret)
        self.name = lru_cache(maxsize=200_000)(self._named)

    def statement(self, body: bytes) -> tuple[int, int]:
        """Id and check of a statement's canonical bytes, two signed 64-bit integers."""
        digest = self._statement.copy()
        digest.update(body)
        found: tuple[int, int] = _PAIR.unpack(digest.digest())
        return found

    def _named(self, kind: str, text: str) -> int:
        digest = self._name.copy()
        digest.update(f"{kind}\0{text}".encode())
        found: int = _ONE.unpack(digest.digest())[0]
        return found or 1  # 0 means the world


def content_digest(content: bytes) -> bytes:
    """SHA-256 of a document, the digest people can compute themselves."""
    return sha256(content).digest()


def set_digest(body: bytes) -> bytes:
    """16 bytes over the sorted ids of a claim set; the ids are keyed, so this need not be."""
    return blake2b(body, digest_size=16).digest()


def chain_digest(previous: bytes, submission: bytes) -> bytes:
    """The chained digest of a revision: predecessor and submission."""
    return blake2b(previous + submission, digest_size=32).digest()
