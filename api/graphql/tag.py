"""Entity tags: equal as long as the answer to a query is.

A tag is a digest of the revision's chain, the pack's, the release, the query with its variables,
what the caller may see, and the last row that was written without a revision. It is known before
anything is computed, so that an unchanged answer costs two reads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

from api.house import House
from api.version import release
from lineage.record.stream import PUBLIC_TENANT

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS


def entity_tag(house: House, text: str, variables: Mapping[str, Any], operation: str | None) -> str:
    """The tag, weak (``W/"..."``): other content codings of one answer have it too."""
    parts = (
        house.head().chain,
        house.record.head(PUBLIC_TENANT).chain,
        release(),
        house.seen_as(),
        text,
        dict(variables),
        operation,
    )
    body = orjson.dumps(parts, option=_OPTIONS)
    return f'W/"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
