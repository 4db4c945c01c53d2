"""Every leaf of a CycloneDX JSON schema, as a path from the top, with $refs expanded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lineage.ingest.formats.cyclonedx.schema import schema, shared_schema

_COMBINATORS = ("oneOf", "anyOf", "allOf", "then", "else")


def leaves(version: str) -> set[str]:
    """Paths like ``components[].hashes[].alg``. A definition inside itself is not walked again:
    ``components[].components[]`` has the leaves of ``components[]``.
    """
    return set(leaf_nodes(version))


def leaf_nodes(version: str) -> dict[str, Any]:
    """The leaves with their schema nodes."""
    top = schema(version)
    return {path.removeprefix("."): node for path, node in _walk(top, top, "", ())}


def _walk(node: Any, root: Any, path: str, stack: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    if not isinstance(node, dict):
        return
    if "$ref" in node:
        reference = node["$ref"]
        target, home = _resolve(reference, root)
        name = f"{home.get('$id')}{reference.partition('#')[2]}"
        if name not in stack:
            yield from _walk(target, home, path, (*stack, name))
        return
    inner = False
    for name, child in node.get("properties", {}).items():
        inner = True
        yield from _walk(child, root, f"{path}.{name}", stack)
    if "items" in node:
        inner = True
        items = node["items"] if isinstance(node["items"], list) else [node["items"]]
        for item in items:
            yield from _walk(item, root, f"{path}[]", stack)
    for keyword in _COMBINATORS:
        branches = node.get(keyword, [])
        for branch in branches if isinstance(branches, list) else [branches]:
            if _says_something(branch):
                inner = True
                yield from _walk(branch, root, path, stack)
    if not inner and path:
        yield path, node


def _says_something(branch: Any) -> bool:
    if not isinstance(branch, dict):
        return False
    if {"$ref", "properties", "items", "type"} & branch.keys():
        return True
    return any(
        _says_something(inner)
        for keyword in _COMBINATORS
        for inner in (branch[keyword] if isinstance(branch.get(keyword), list) else ())
    )


def _resolve(reference: str, root: Any) -> tuple[Any, Any]:
    file, _, pointer = reference.partition("#")
    home = shared_schema(file) if file else root
    found = home
    for part in pointer.strip("/").split("/"):
        if part:
            found = found[part]
    return found, home
