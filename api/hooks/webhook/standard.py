"""Standard Webhooks: a sender without a kind of its own says what POST /v1/documents is told.

The body is ``{"type": ..., "timestamp": ..., "data": {...}}`` (Standard Webhooks 1.0.0). Of
``document.published`` the data have the document itself (``document``, CycloneDX as a JSON object)
or its address (``url``), and the parameters of the upload; of ``stream.retired`` the ``stream``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import orjson

from api.hooks.webhook.meaning import Listing, Meaning, Read, Retired, Source, Wanted
from api.hooks.webhook.payload import DeliveryInvalidError
from lineage.errors import KeyMalformedError
from lineage.model.document import Upload
from lineage.model.identity import Key, identify

if TYPE_CHECKING:
    from api.hooks.webhook.payload import Payload
    from api.hooks.webhook.remote import Remote

_TEXTS = ("name", "part", "branch", "commit", "job")
_KNOWN = frozenset({*_TEXTS, "default", "latest", "stream", "subject", "document", "url"})


def _published(payload: Payload, server: str) -> Meaning:
    del server
    listing = _listing(payload)
    return Wanted(
        stream=payload.text("data", "stream"),
        listing=partial(_known, listing=listing),
        at=payload.time("timestamp"),
    )


def _retired(payload: Payload, server: str) -> Meaning:
    del server
    return Retired(stream=payload.text("data", "stream"), at=payload.time("timestamp"))


EVENTS: Mapping[str, Read] = MappingProxyType(
    {"document.published": _published, "stream.retired": _retired}
)
"""What becomes of a delivery, by its ``type``."""


def _known(remote: Remote, *, listing: Listing) -> Listing:
    del remote
    return listing


def _listing(payload: Payload) -> Listing:
    """What the data say; a field that there is not would be lost without a word."""
    data = payload.find("data")
    for name in data if isinstance(data, dict) else ():
        if name not in _KNOWN:
            known = ", ".join(sorted(_KNOWN))
            raise DeliveryInvalidError(
                path=f"data.{name}", reason=f"there is no such field; known: {known}"
            )
    texts = {name: payload.maybe_text("data", name) or "" for name in _TEXTS}
    return Listing(
        upload=Upload(
            content=b"",
            name=texts["name"],
            part=texts["part"],
            subject=_subject(payload),
            stream=payload.text("data", "stream"),
            branch=texts["branch"] or None,
            commit=texts["commit"] or None,
            job=texts["job"] or None,
            default=_flag(payload, "default"),
            latest=_flag(payload, "latest"),
        ),
        sources=(_source(payload, texts["name"]),),
    )


def _source(payload: Payload, name: str) -> Source:
    document, address = payload.find("data", "document"), payload.maybe_text("data", "url")
    if (document is None) is (address is None):
        raise DeliveryInvalidError(path="data", reason="it has a document, or a url, and one only")
    if address is not None:
        try:
            file = urlsplit(address).path.rpartition("/")[2]
        except ValueError:
            file = ""
        return Source(name=name or file or "document", path=address)
    if not isinstance(document, dict):
        raise DeliveryInvalidError(path="data.document", reason="it is no object")
    return Source(name=name or "document.cdx.json", content=orjson.dumps(document))


def _flag(payload: Payload, name: str) -> bool | None:
    value = payload.find("data", name)
    if value is not None and not isinstance(value, bool):
        raise DeliveryInvalidError(path=f"data.{name}", reason="it is not true or false")
    return value


def _subject(payload: Payload) -> Key | None:
    text = payload.maybe_text("data", "subject")
    if text is None:
        return None
    try:
        return identify(text).key
    except KeyMalformedError as error:
        raise DeliveryInvalidError(path="data.subject", reason=str(error)) from None
