"""The JSON Schema of ``lineage.yaml``, made from the vocabulary: a new kind needs no other line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from lineage.ingest.part import dotted, shortened
from lineage.vocabulary.edges import DEPENDENCY_SCOPES, EDGES, ROLES
from lineage.vocabulary.nodes import NODES
from lineage.vocabulary.properties import PROPERTIES, STATES

FORMAT_VERSION = 1

_KEY = "A purl, or kind:namespace/name@version (the namespace may be left out)."


def schema() -> dict[str, Any]:
    """The schema, draft 2020-12."""
    key = {"type": "string", "minLength": 1, "maxLength": 2000, "description": _KEY}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "lineage.yaml",
        "description": "What a team says itself of its models, data and services.",
        "type": "object",
        "additionalProperties": False,
        "required": ["lineage", "subject"],
        "properties": {
            "lineage": {"const": FORMAT_VERSION, "description": "The version of this format."},
            "subject": {**key, "description": f"What the file is about. {_KEY}"},
            "properties": {"$ref": "#/$defs/properties"},
            "components": {"type": "array", "items": _component(key)},
            "edges": {"type": "array", "items": _edge(key)},
            "pointers": {"type": "array", "items": _pointer(key)},
        },
        "$defs": {"properties": _properties(), "value": _value()},
    }


def faults(document: Any) -> Iterator[tuple[str, str]]:
    """What the schema refuses: (dotted path, reason), in the order of the document."""
    # Built anew: a row may have been added to the vocabulary since.
    validator = jsonschema_rs.Draft202012Validator(schema())
    for error in validator.iter_errors(document):
        yield dotted(error.instance_path), shortened(error.message)


def _component(key: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["key"],
        "properties": {
            "key": key,
            "kind": {"enum": list(NODES.names()), "description": "Where the key does not say it."},
            "name": {"type": "string", "minLength": 1, "maxLength": 500},
            "properties": {"$ref": "#/$defs/properties"},
        },
    }


def _edge(key: dict[str, Any]) -> dict[str, Any]:
    text = {"type": "string", "minLength": 1, "maxLength": 500}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["kind", "upstream"],
        "properties": {
            "kind": {"enum": list(EDGES.names())},
            "downstream": {**key, "description": f"The subject where it is not said. {_KEY}"},
            "upstream": {**key, "description": f"What it was made from or leans on. {_KEY}"},
            "pointer": {**text, "description": "A moving name of it: a tag, alias or branch."},
            "requirement": {**text, "description": "A range, in the upstream's own scheme."},
            "dependency_scope": {"enum": list(DEPENDENCY_SCOPES)},
            "role": {"enum": list(ROLES)},
            "attributes": {
                "type": "object",
                "additionalProperties": {"type": ["string", "number", "boolean"]},
            },
        },
    }


def _pointer(key: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["family", "name", "version"],
        "properties": {
            "family": {**key, "description": "What moves, without a version."},
            "name": {"type": "string", "minLength": 1, "maxLength": 500},
            "version": {"type": "string", "minLength": 1, "description": "What it stands for now."},
        },
    }


def _properties() -> dict[str, Any]:
    known = {
        row.name: {"$ref": "#/$defs/value", "description": row.description} for row in PROPERTIES
    }
    return {
        "type": "object",
        "properties": known,
        "additionalProperties": {"$ref": "#/$defs/value"},
        "description": "By name; a list gives several values; {state: unknown} says there is none.",
    }


def _value() -> dict[str, Any]:
    states = [state for state in STATES if state != "value"]
    return {
        "anyOf": [
            {"type": ["string", "number", "boolean", "object"]},
            {"type": "array", "minItems": 1},
            {
                "type": "object",
                "additionalProperties": False,
                "required": ["state"],
                "properties": {"state": {"enum": states}},
            },
        ]
    }
