"""Entity tags: equal as long as the answer is (RFC 9110, section 8.8.3).

A tag is a digest of where it was asked (the revision's chain and the pack's), the release, what
was asked and what the caller may see. It is known before anything is computed, so that an unchanged
answer costs two reads. Where something moves without a revision, a digest of that goes in as well.
"""

from __future__ import annotations

import hashlib
from typing import Any

import orjson

from api.house import House
from api.version import release
from lineage.record.moving import moved
from lineage.record.stream import PUBLIC_TENANT

KEPT, NOT_KEPT = "private, no-cache", "no-store"
"""Cache-Control: whatever is kept is asked about each time, for a new revision changes it."""
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS


def entity_tag(house: House, chain: str, *asked: Any, moves: bool = False) -> str:
    """The tag of what was asked at a revision, weak (``W/"..."``): whatever its content coding.

    ``asked`` are plain values; ``moves`` says that the answer moves without a revision.
    """
    pack = house.record.head(PUBLIC_TENANT).chain
    told = moved(house.record.session, house.settings.tenant) if moves else ""
    body = orjson.dumps((chain, pack, release(), house.seen_as(), told, *asked), option=_OPTIONS)
    return f'W/"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'


def is_known(tag: str, header: str) -> bool:
    """Whether If-None-Match names the tag ("": none), compared weakly; ``*`` names any."""
    own = tag.removeprefix("W/")
    known = (one.strip().removeprefix("W/") for one in header.split(","))
    return bool(tag) and any(one in (own, "*") for one in known)


def is_revisioned(question: type[Any], answer: type[Any]) -> bool:
    """Whether nothing in the answers to a question moves without a revision."""
    return not any(getattr(one, "UNREVISIONED", False) for one in (question, answer))
