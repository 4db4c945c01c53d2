"""Properties with the types of the property table."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from lineage.model.claim import Claim, Property, json_text
from lineage.model.document import Circumstance, Quarantined, Reading
from lineage.normalise.licence import licence_value
from lineage.normalise.quantity import quantity_value
from lineage.vocabulary.properties import PROPERTIES
from lineage.vocabulary.rows import PropertyName

_DIGEST = re.compile(r"^([A-Za-z0-9-]+)[:=]([0-9A-Fa-f]{32,128})$")
_CANONICAL = re.compile(r'^"[a-z][a-z0-9]*:[0-9a-f]{32,128}"$')
_FLAGS = {"true": True, "false": False}


def typed_values(reading: Reading, circumstance: Circumstance) -> Reading:  # noqa: ARG001
    """The reading with known properties in their types; what cannot be read is quarantined.

    Dates are ISO 8601 days, digests ``algorithm:hex`` in lower case, numbers and flags JSON ones,
    quantities in the unit of the table, licences an SPDX expression beside the raw text. Text,
    agents, JSON and names without a row are kept as they are.
    """
    claims: list[Claim] = []
    quarantined = list(reading.quarantined)
    for claim in reading.claims:
        said = claim.statement
        if not isinstance(said, Property) or said.state != "value" or said.name not in PROPERTIES:
            claims.append(claim)
            continue
        row = PROPERTIES.get(said.name)
        read = _READERS.get(row.value_type)
        if read is None or (row.value_type == "digest" and _CANONICAL.match(said.value)):
            claims.append(claim)
            continue
        stated = said.decoded()
        try:
            value = read(stated, row)
        except (ValueError, TypeError, OverflowError) as error:
            reason = f"{said.name} is no {row.value_type}: {error}"
            quarantined.append(Quarantined(path=claim.path or "$", reason=reason, raw=stated))
            continue
        text = json_text(value)
        same = text == said.value
        claims.append(claim if same else replace(claim, statement=replace(said, value=text)))
    return replace(reading, claims=tuple(claims), quarantined=tuple(quarantined))


def _number(value: Any, row: PropertyName) -> float | int:  # noqa: ARG001
    if isinstance(value, bool):
        raise ValueError("a flag")
    return value if isinstance(value, (int, float)) else float(str(value))


def _flag(value: Any, row: PropertyName) -> bool:  # noqa: ARG001
    if isinstance(value, bool):
        return value
    if str(value).lower() not in _FLAGS:
        raise ValueError(repr(value))
    return _FLAGS[str(value).lower()]


def _date(value: Any, row: PropertyName) -> str:  # noqa: ARG001
    text = str(value).strip()
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return datetime.fromisoformat(text).date().isoformat()


def _digest(value: Any, row: PropertyName) -> Any:  # noqa: ARG001
    """Digests of forms that are not known (a tree hash, a name) stay as they are."""
    if isinstance(value, dict) and {"alg", "content"} <= value.keys():
        value = f"{value['alg']}:{value['content']}"
    found = _DIGEST.match(value) if isinstance(value, str) else None
    if found is None:
        return value
    algorithm = found[1].lower().replace("sha-", "sha")
    return f"{algorithm}:{found[2].lower()}"


_READERS: dict[str, Callable[[Any, PropertyName], Any]] = {
    "number": _number,
    "flag": _flag,
    "date": _date,
    "digest": _digest,
    "licence": licence_value,
    "quantity": quantity_value,
}
