"""A document that its schema forbids, made readable: what has the wrong shape is set aside.

Only used when the uploader asks for leniency. Afterwards every field that is left has the type
its schema gives it, though a required one may be missing.
"""

from __future__ import annotations

from typing import Any

from lineage.ingest.formats.cyclonedx.schema import Fault, faults
from lineage.ingest.part import Json
from lineage.model.document import Quarantined

# A value that breaks one of these may be anything; one that breaks another has its type still.
_SHAPE = frozenset(("type", "oneOf", "anyOf"))
_ROUNDS = 5


def repair(document: Json, version: str) -> tuple[list[Quarantined], list[str]]:
    """Take misshapen values out; they come back with paths, the other faults as warnings."""
    quarantined: list[Quarantined] = []
    warnings: dict[str, None] = {}
    for _ in range(_ROUNDS):
        misshapen: dict[tuple[str | int, ...], Fault] = {}
        for fault in faults(document, version):
            if fault.keyword in _SHAPE and fault.location:
                misshapen.setdefault(fault.location, fault)
            else:
                warnings[f"{fault.path}: {fault.reason}"] = None
        if not misshapen:
            break
        # From the back, so that the positions of list items that are yet to go stay true.
        for location in sorted(misshapen, key=_backwards, reverse=True):
            fault = misshapen[location]
            raw = _take(document, location)
            quarantined.append(Quarantined(path=fault.path, reason=fault.reason, raw=raw))
    return quarantined, list(warnings)


def _backwards(location: tuple[str | int, ...]) -> tuple[tuple[int, str], ...]:
    return tuple((part, "") if isinstance(part, int) else (-1, part) for part in location)


def _take(document: Json, location: tuple[str | int, ...]) -> Any:
    holder: Any = document
    for part in location[:-1]:
        if not _has(holder, part):
            return None
        holder = holder[part]
    last = location[-1]
    return holder.pop(last) if _has(holder, last) else None


def _has(holder: Any, part: str | int) -> bool:
    if isinstance(holder, dict):
        return part in holder
    return isinstance(holder, list) and isinstance(part, int) and part < len(holder)
