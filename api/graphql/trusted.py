"""Trusted documents: the published queries by digest or name, and what clients register by digest.

A client that knows a document's digest (SHA-256 of its text, in hex) sends that instead of the
text, which makes the request a short GET that caches can keep. The published queries are known
from the start. Others a client may register by sending text and digest once, as Apollo's
automatic persisted queries do; where only trusted documents are served, nothing can be registered.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from functools import cache
from threading import Lock
from types import MappingProxyType

from graphql import parse, print_ast

from api.graphql.published import published
from lineage.errors import LineageError

_REGISTERED_BYTES = 1_000_000
_PREFIX = "sha256:"


class DocumentUnknownError(LineageError):
    """PersistedQueryNotFound"""  # noqa: D400, D415 - clients compare this very text

    code = "PERSISTED_QUERY_NOT_FOUND"


class DocumentDiffersError(LineageError):
    """The digest is not that of the query: it must be SHA-256 of the text, in hex."""

    code = "PERSISTED_QUERY_MISMATCH"


class DocumentUntrustedError(LineageError):
    """Only published documents are answered here: send a documentId, see queries/*.graphql."""

    code = "DOCUMENT_NOT_TRUSTED"


@cache
def _documents() -> Mapping[str, str]:
    """The published documents by name, and by the digest of each way to write them down."""
    found: dict[str, str] = {}
    for one in published():
        printed = print_ast(parse(one.query))
        for text in (one.query, one.query.strip(), printed, printed + "\n"):
            found[digest_of(text)] = one.query
        found[one.name] = one.query
    return MappingProxyType(found)


class Trusted:
    """The documents that may be asked for by digest. ``only`` refuses all others."""

    def __init__(self, *, only: bool = False) -> None:
        self._only = only
        self._published = _documents()
        self._registered: OrderedDict[str, str] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def text(self, query: str | None, name: str | None) -> str:
        """The text to run: the query that was sent, or the document of that digest or name.

        Both together register the query. Raises DocumentUnknownError, DocumentDiffersError,
        DocumentUntrustedError.
        """
        digest = name.removeprefix(_PREFIX).lower() if name is not None else None
        if query is None:
            return self._known(digest or "")
        if digest is not None and digest != digest_of(query):
            raise DocumentDiffersError
        if self._only:
            if digest_of(query) not in self._published:
                raise DocumentUntrustedError
        elif digest is not None:
            self._register(digest, query)
        return query

    def _known(self, digest: str) -> str:
        if digest in self._published:
            return self._published[digest]
        with self._lock:
            if digest in self._registered:
                self._registered.move_to_end(digest)
                return self._registered[digest]
        raise DocumentUntrustedError if self._only else DocumentUnknownError

    def _register(self, digest: str, query: str) -> None:
        with self._lock:
            if self._registered.setdefault(digest, query) is query:
                self._size += len(query)
            while self._size > _REGISTERED_BYTES:
                self._size -= len(self._registered.popitem(last=False)[1])


def digest_of(text: str) -> str:
    """SHA-256 of a document's text, in hex."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
