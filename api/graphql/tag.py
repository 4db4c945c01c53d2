"""Entity tags: equal as long as the answer to a query is.

A tag is a digest of the revision's chain, the pack's, the release, the query with its variables
and what the caller may see. It is known before anything is computed, so that an unchanged answer
costs two reads. Lists in which something moves without a revision have no tag.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    InlineFragmentNode,
    OperationDefinitionNode,
)

from api.house import House
from api.version import release
from lineage.record.stream import PUBLIC_TENANT
from queries.asking import questions

UNREVISIONED = frozenset(
    name
    for name, one in questions().items()
    if getattr(one.question, "UNREVISIONED", False) or getattr(one.answer, "UNREVISIONED", False)
)
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS


def fields_of(document: DocumentNode) -> frozenset[str]:
    """The names of all fields at the top of operations and fragments."""
    found: set[str] = set()
    kinds = (OperationDefinitionNode, FragmentDefinitionNode)
    left = [one.selection_set for one in document.definitions if isinstance(one, kinds)]
    while left:
        for node in left.pop().selections:
            if isinstance(node, FieldNode):
                found.add(node.name.value)
            elif isinstance(node, InlineFragmentNode):
                left.append(node.selection_set)
    return frozenset(found)


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
