"""Entity tags of queries: of what is asked, and in which something moves without a revision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    InlineFragmentNode,
    OperationDefinitionNode,
)

from api import tag
from api.house import House
from queries.asking import questions

UNREVISIONED = frozenset(
    name for name, one in questions().items() if not tag.is_revisioned(one.question, one.answer)
)


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


def entity_tag(
    house: House,
    text: str,
    variables: Mapping[str, Any],
    operation: str | None,
    *,
    moves: bool = False,
) -> str:
    """The tag of the answer to a query at the newest revision; ``moves`` as in ``api.tag``."""
    chain = house.head().chain
    return tag.entity_tag(house, chain, text, dict(variables), operation, moves=moves)
