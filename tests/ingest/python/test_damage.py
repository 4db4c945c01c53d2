"""Damaged documents: read as far as they go or refused with a path, never anything else."""

from __future__ import annotations

import copy
import json
import random
import tomllib
from datetime import datetime
from pathlib import Path

import pytest

from lineage.errors import LineageError
from lineage.ingest.reader import Circumstance
from lineage.ingest.readers import READERS
from lineage.model.document import Reading
from lineage.model.identity import Key
from lineage.normalise.steps import normalise

DOCUMENTS = Path(__file__).parents[2] / "documents"
CIRCUMSTANCE = Circumstance(subject=Key("environment:acme/chat"))
SAMPLES = [
    path
    for name in ("pip_report", "pip_inspect", "requirements", "pylock")
    for path in sorted((DOCUMENTS / name).iterdir())
]
PIECES = [b"null", b"[]", b"{}", b'"', b"1e999", b"9" * 25, b"\xff", b"true", b"[[", b"\\", b"\n"]
VALUES = [None, True, 0, -1.5, 2**70, "", "x", "\x00", "https://[x", [], [None], {}, {"a": []}]


def attempt(name: str, content: bytes) -> Reading | LineageError:
    try:
        return normalise(READERS[name].read(content, CIRCUMSTANCE), CIRCUMSTANCE)
    except LineageError as error:
        return error


def read(name: str, content: bytes) -> bool:
    """Whether it was read; what was refused or set aside has a path and a reason."""
    outcome = attempt(name, content)
    if isinstance(outcome, LineageError):
        assert outcome.data.get("path"), outcome
        assert str(outcome)
        return False
    assert all(part.path and part.reason for part in outcome.quarantined)
    return True


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_damaged_bytes(sample):
    rng, content = random.Random(sample.name), sample.read_bytes()
    outcomes = set()
    for _ in range(120):
        damaged = bytearray(content)
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(damaged))
            if rng.random() < 0.5:
                del damaged[at : at + rng.randint(1, 30)]
            else:
                damaged[at:at] = rng.choice(PIECES)
        outcomes.add(read(sample.parent.name, bytes(damaged)))
    assert outcomes


def places(value, path=()):
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in children:
        if isinstance(child, (dict, list)):
            yield from places(child, (*path, key))
        else:
            yield (*path, key)


def with_value(document, path, value):
    changed = copy.deepcopy(document)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return changed


@pytest.mark.parametrize("name", ["pip_report", "pip_inspect"])
def test_every_field_with_every_type(name):
    document = json.loads(max((DOCUMENTS / name).iterdir()).read_bytes())
    read_at_all = 0
    rng = random.Random(1)
    for path in places(document):
        if path:
            value = rng.choice([value for value in VALUES if value != 2**70])
            read_at_all += read(name, json.dumps(with_value(document, path, value)).encode())
    assert read_at_all > 20


def toml(value) -> str:
    """The value as TOML, tables inline."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(part) for part in value) + "]"
    return value.isoformat() if isinstance(value, datetime) else json.dumps(value)


def test_every_field_of_a_lock_with_every_type():
    document = tomllib.loads((DOCUMENTS / "pylock" / "pylock.toml").read_text())
    values = [value for value in VALUES if value is not None and value != [None]]
    read_at_all = 0
    for path in places(document):
        for value in values:
            if path:
                changed = with_value(document, path, value)
                text = "\n".join(f"{json.dumps(k)} = {toml(v)}" for k, v in changed.items())
                read_at_all += read("pylock", text.encode())
    assert read_at_all > 100
