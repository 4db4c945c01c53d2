"""One component of the view in the fields that CycloneDX 1.6 has for it."""

from __future__ import annotations

import re
from typing import Any

from lineage.model.claim import json_text
from lineage.model.identity import Identity, Key, identify
from lineage.record.view import Node, Value, View
from lineage.vocabulary.properties import PROPERTIES

TYPES = {
    "model": "machine-learning-model",
    "dataset": "data",
    "code": "data",
    "framework": "library",
    "hardware": "device",
    "host": "device",
    "container": "container",
}
"""The type of a component by its kind; ``application`` for a kind without a row."""
OWN_TYPE = "application"
OWN = "lineage:"
"""Prefix of properties for what CycloneDX has no field for; the reader knows them again."""
_TEXT = {"copyright": "copyright", "cpe": "cpe", "publisher": "publisher", "author": "author"}
_ALGORITHMS = {
    "md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512",
    "blake3": "BLAKE3",
}  # fmt: skip
_TYPES_OF_TEXT = ("text", "date", "agent")
_DEFAULT_OF_TYPE = {"machine-learning-model": "model", "device": "hardware", "data": "dataset"}
_PURL = re.compile(r"pkg:.*$")


def component_of(view: View, key: Key) -> dict[str, Any]:
    """The component with its key, licences, digests and texts; deterministic.

    Of several living values of a property all are stated, as in the view.
    """
    node, known = view.nodes.get(key), identify(key)
    kind = node.kind if node else known.kind
    raw: dict[str, Any] = {"type": TYPES.get(kind, OWN_TYPE), "bom-ref": key}
    raw |= _name(node, known)
    found = _PURL.search(key)
    if found:
        raw["purl"] = found[0]
    properties: list[dict[str, str]] = []
    if _DEFAULT_OF_TYPE.get(raw["type"], "framework") != kind:
        properties.append({"name": f"{OWN}kind", "value": kind})
    values = values_of(view, key)
    hashes = _hashes(values, known)
    if hashes:
        raw["hashes"] = hashes
    licences = _licences(values)
    if licences:
        raw["licenses"] = licences
    for value in values:
        _tell(raw, properties, value)
    if properties:
        raw["properties"] = properties
    return raw


def values_of(view: View, key: Key) -> list[Value]:
    """What is claimed of the component and of its whole family, each value once."""
    node = view.nodes.get(key)
    places = [key] if node is None or node.family == key else [key, node.family]
    found = {
        (v.name, json_text(v.value), v.state): v for p in places for v in view.values.get(p, ())
    }
    return [found[one] for one in sorted(found)]


def _name(node: Node | None, known: Identity) -> dict[str, str]:
    if known.form == "digest":
        return {"name": node.name if node else known.name}
    named: dict[str, str] = {}
    if known.form == "name" and known.namespace:
        named["group"] = known.namespace
    # The name of the key and not the shown one, so that a reader makes the same key of it.
    named["name"] = known.name if known.form == "name" else (node.name if node else known.name)
    if known.version:
        named["version"] = known.version
    return named


def _hashes(values: list[Value], known: Identity) -> list[dict[str, str]]:
    texts = [v.value for v in values if v.name == "digest" and isinstance(v.value, str)]
    if known.form == "digest":
        texts.insert(0, known.name)
    found = []
    for text in dict.fromkeys(texts):
        algorithm, _, content = text.partition(":")
        if algorithm in _ALGORITHMS:
            found.append({"alg": _ALGORITHMS[algorithm], "content": content})
    return found


def _licences(values: list[Value]) -> list[dict[str, Any]]:
    """Names where there are several: CycloneDX takes either one expression or a list."""
    stated = [v.value for v in values if v.name == "licence" and isinstance(v.value, dict)]
    made: list[dict[str, Any]] = []
    for value in stated:
        expression, raw = value.get("expression"), value.get("raw")
        marked = (
            {"acknowledgement": value["acknowledgement"]} if value.get("acknowledgement") else {}
        )
        if expression and len(stated) == 1:
            return [{"expression": expression, **marked}]
        if expression or raw:
            made.append({"license": {"name": str(expression or raw), **marked}})
    return made


def _tell(raw: dict[str, Any], properties: list[dict[str, str]], value: Value) -> None:
    if value.state != "value":
        properties.append({"name": f"{OWN}state:{value.name}", "value": value.state})
        return
    if value.name in ("digest", "licence", "alias"):
        return
    row = PROPERTIES.get(value.name) if value.name in PROPERTIES else None
    if isinstance(value.value, str):
        if value.name in ("description", *_TEXT) and value.name not in raw:
            raw[value.name] = value.value
        elif row is not None and row.value_type in _TYPES_OF_TEXT:
            properties.append({"name": f"{OWN}{value.name}", "value": value.value})
        else:
            properties.append({"name": value.name, "value": value.value})
    else:
        properties.append({"name": f"{OWN}json:{value.name}", "value": json_text(value.value)})
