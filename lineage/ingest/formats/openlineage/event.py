"""One event, checked: which of the three it is, its time, and its parts by dotted path.

Told apart by structure and not by ``schemaURL``, which clients leave out or invent. Times come
without a zone (UTC then) and with nanoseconds. The address in ``schemaURL`` is never fetched.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from lineage.errors import DocumentRefusedError
from lineage.ingest.part import Json, section

FORMAT = "openlineage"
_DEPTH = 100
_TIME = re.compile(
    r"(?P<head>\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?)(?:[.,](?P<part>\d{1,12}))?"
    r"(?P<zone>Z|z|[+-]\d\d:?\d\d)?(?:\[[\w/+-]+\])?"
)

Kind = Literal["run", "job", "dataset"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A checked event. ``time`` is ISO 8601, UTC, microseconds: its text sorts as time does."""

    kind: Kind
    time: str
    state: str
    raw: Json


def event_of(content: bytes) -> Event:
    """The event; DocumentRefusedError with the dotted path of the first thing that is wrong."""
    raw = _decoded(content)
    if not isinstance(raw, dict):
        raise refused("$", "an event is an object; several go to the batch endpoint")
    kind = _kind(raw)
    time = moment(text(raw, "eventTime", ""))
    if time is None:
        raise refused("eventTime", f"'{raw['eventTime']}' is no time")
    if kind != "dataset":
        _named(raw, "job")
    else:
        _named(raw, "dataset")
    if kind == "run":
        run = text(section(raw, "run"), "runId", "run")
        try:
            uuid.UUID(run)
        except ValueError:
            raise refused("run.runId", f"'{run[:80]}' is no UUID") from None
    for name in ("inputs", "outputs"):
        for entry, path in _list(raw, name):
            for field in ("namespace", "name"):
                text(entry, field, path)
    state = raw.get("eventType")
    if state is not None and not isinstance(state, str):
        raise refused("eventType", "it is no text")
    return Event(kind=kind, time=time, state=(state or "").upper(), raw=raw)


def refused(path: str, reason: str) -> DocumentRefusedError:
    """The refusal of an event."""
    return DocumentRefusedError(format=FORMAT, path=path, reason=reason)


def moment(said: str) -> str | None:
    """A time in UTC with microseconds; None for text that is none."""
    found = _TIME.fullmatch(said.strip())
    if found is None:
        return None
    zone = (found["zone"] or "Z").upper()
    part = (found["part"] or "0")[:6].ljust(6, "0")
    head = found["head"].replace(" ", "T") + ("" if found[2] else ":00")
    try:
        read = datetime.fromisoformat(f"{head}.{part}{'+00:00' if zone == 'Z' else zone}")
        return read.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    except (ValueError, OverflowError):
        return None


def text(parent: Json, name: str, path: str) -> str:
    """A text that has to be there; DocumentRefusedError."""
    value = parent.get(name)
    place = f"{path}.{name}" if path else name
    if value is None:
        raise refused(place, "it is missing")
    if not isinstance(value, str) or not value.strip():
        raise refused(place, "it is no text")
    return value


def _list(raw: Json, name: str) -> Iterator[tuple[Json, str]]:
    value = raw.get(name)
    if value is None:
        return
    if not isinstance(value, list):
        raise refused(name, "it is no list")
    for number, entry in enumerate(value):
        if not isinstance(entry, dict):
            raise refused(f"{name}[{number}]", "it is no object")
        yield entry, f"{name}[{number}]"


def _named(raw: Json, name: str) -> None:
    for field in ("namespace", "name"):
        text(section(raw, name), field, name)


def _kind(raw: Json) -> Kind:
    if "run" in raw:
        return "run"
    if "job" in raw:
        return "job"
    if "dataset" in raw:
        return "dataset"
    raise refused("$", "none of run, job and dataset stands in it")


def _decoded(content: bytes) -> Any:
    if content.count(b"{") + content.count(b"[") > _DEPTH:
        _check_depth(content)
    try:
        return json.loads(content, object_pairs_hook=_distinct, parse_constant=_constant)
    except UnicodeDecodeError as error:
        raise refused("$", f"not UTF-8 text (byte {error.start})") from None
    except json.JSONDecodeError as error:
        raise refused(f"line {error.lineno}", f"not JSON: {error.msg}") from None
    except RecursionError:
        raise refused("$", "nested too deeply") from None


def _check_depth(content: bytes) -> None:
    depth = 0
    for letter in re.finditer(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', content):
        depth += {b"{": 1, b"[": 1, b"}": -1, b"]": -1}.get(letter[0], 0)
        if depth > _DEPTH:
            raise refused("$", f"nested more than {_DEPTH} deep")


def _distinct(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise refused(twice[:80], "the name stands twice in one object")
    return found


def _constant(name: str) -> Any:
    raise refused("$", f"{name} is no JSON")
