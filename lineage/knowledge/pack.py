"""The public pack: its files, read and checked, as claims and as readings for the record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import orjson

from lineage.errors import KnowledgeInvalidError
from lineage.knowledge.rows import Faults, Row, examine_row
from lineage.model.claim import Claim, OfComponent, OfFamily
from lineage.model.document import Reading
from lineage.model.identity import Key, identify
from lineage.vocabulary.knowledge import GRADES

STREAM = "pack/public"
FORMAT = "knowledge"
VERSION = "1"
SUBJECT = Key("code:pack/public")
_FILE = frozenset({"file", "about", "grade", "rows"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFile:
    """One data file: its name (the slot), what it is about, its rows, its bytes."""

    name: str
    about: str
    rows: tuple[Row, ...]
    content: bytes


def examine_file(content: bytes, name: str) -> tuple[PackFile | None, Faults]:
    """The file of these bytes, or None and every fault of it (file, dotted path, reason)."""
    try:
        raw = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        return None, (KnowledgeInvalidError(file=name, path="$", reason=f"not JSON: {error}"),)
    if not isinstance(raw, dict) or not isinstance(raw.get("rows"), list):
        reason = "missing or not a list"
        return None, (KnowledgeInvalidError(file=name, path="rows", reason=reason),)
    faults = [
        KnowledgeInvalidError(file=name, path=field, reason="unknown field")
        for field in sorted(raw.keys() - _FILE)
    ]
    for field in ("file", "about", *(["grade"] if "grade" in raw else [])):
        if not isinstance(raw.get(field), str) or not raw[field].strip():
            reason = "missing or not a text"
            faults.append(KnowledgeInvalidError(file=name, path=field, reason=reason))
    grade = raw.get("grade", "")
    if grade and isinstance(grade, str) and grade not in GRADES:
        reason = f"'{grade}' is no grade; known: {', '.join(GRADES)}"
        faults.append(KnowledgeInvalidError(file=name, path="grade", reason=reason))
    own = grade if grade in GRADES else ""
    rows: list[Row] = []
    for at, one in enumerate(raw["rows"]):
        row, found = examine_row(one, file=name, path=f"rows[{at}]", grade=own)
        faults += found
        rows += [row] if row is not None else []
    if faults:
        return None, tuple(faults)
    return PackFile(name=raw["file"], about=raw["about"], rows=tuple(rows), content=content), ()


def read_file(content: bytes, name: str) -> PackFile:
    """The file of these bytes; KnowledgeInvalidError (file, dotted path, reason) if it is none."""
    file, faults = examine_file(content, name)
    if file is None:
        raise faults[0]
    return file


def read_pack(path: Path) -> tuple[PackFile, ...]:
    """Every ``*.json`` of a folder (or the one file), by name; names must differ."""
    paths = sorted(path.glob("*.json")) if path.is_dir() else [path]
    return _distinct(read_file(one.read_bytes(), one.name) for one in paths)


@lru_cache(maxsize=1)
def public_files() -> tuple[PackFile, ...]:
    """The files of the pack that is shipped, by name."""
    folder = files("lineage.knowledge") / "data"
    found = sorted((one for one in folder.iterdir() if one.name.endswith(".json")),
                   key=lambda one: one.name)  # fmt: skip
    return _distinct(read_file(one.read_bytes(), one.name) for one in found)


def claims(file: PackFile) -> tuple[Claim, ...]:
    """The statements of a file, about the world (no assembly), with their place in it."""
    return tuple(
        Claim(statement, None, row.path) for row in file.rows for statement in row.statements()
    )


def reading(file: PackFile, *, precedence: str = "public-pack") -> Reading:
    """A file as the record takes it: the slot is the file, nothing is quarantined."""
    return Reading(
        format=FORMAT,
        version=VERSION,
        subject=SUBJECT,
        own_subject=True,
        claims=claims(file),
        facts=(("about", file.about),),
        slot_kind="element",
        element=file.name,
        precedence=precedence,
    )


def public_readings() -> tuple[Reading, ...]:
    """The shipped pack, one reading a file, for the stream ``pack/public``."""
    return tuple(reading(file) for file in public_files())


def shipped_names() -> frozenset[str]:
    """Every family, product and capability that the shipped pack is about or names, by name.

    The house rule that no such name stands in the code that judges is checked against it.
    """
    found: set[str] = set()
    for file in public_files():
        for row in file.rows:
            texts = [row.value.get("capability"), row.value.get("old")]
            texts += row.value.get("families", ())
            match row.subject:
                case OfComponent(key) | OfFamily(key):
                    texts.append(key)
            found.update(_name(str(text)) for text in texts if text)
    return frozenset(found)


def _name(text: str) -> str:
    return identify(text).name if ":" in text else text


def _distinct(found: Iterable[PackFile]) -> tuple[PackFile, ...]:
    seen: dict[str, PackFile] = {}
    for file in found:
        if file.name in seen:
            raise KnowledgeInvalidError(file=file.name, path="file", reason="the name is taken")
        seen[file.name] = file
    return tuple(seen.values())
