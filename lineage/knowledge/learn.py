"""Releases seen elsewhere in the estate: a resolved document's claims as release rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import orjson

from lineage.knowledge.pack import PackFile, read_file
from lineage.model.claim import Claim, Edge, Member, OfComponent, Property, Requirement
from lineage.model.identity import Key, identify

STREAM = "pack/learned"
_FILES = frozenset({"artefact", "known_artefact"})


def learned(claims: Iterable[Claim], *, content: bytes, format_name: str) -> PackFile:
    """The rows of a document's members: one release each, its source the document's digest.

    Declared lines are known where the document carries them (every member that leans on another
    has ``requires`` lines); else a row covers nothing, for silence is no proof. A file from an
    index with a path of its own gives that channel. Equal bytes give equal files.
    """
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    found = _Found()
    for claim in claims:
        found.take(claim)
    raw = {
        "file": f"{digest.replace(':', '-')}.json",
        "about": f"Releases seen in a document of format {format_name}.",
        "grade": "metadata",
        "rows": [
            {"type": "release", "subject": {"component": key}, "value": value,
             "source": f"{format_name} {digest}"}
            for key, value in found.releases()
        ],
    }  # fmt: skip
    return read_file(orjson.dumps(raw, option=orjson.OPT_SORT_KEYS), str(raw["file"]))


class _Found:
    def __init__(self) -> None:
        self._members: set[Key] = set()
        self._lines: dict[Key, list[str]] = {}
        self._leaning: set[Key] = set()
        self._extras: dict[Key, set[str]] = {}
        self._python: dict[Key, str] = {}
        self._files: dict[Key, list[dict[str, Any]]] = {}

    def take(self, claim: Claim) -> None:
        match claim.statement:
            case Member(component=key):
                self._members.add(key)
            case Edge(kind="requires", downstream=OfComponent(key)) as edge:
                if claim.assembly is None:
                    self._line(key, edge.upstream, edge.requirement or Requirement())
            case Edge(kind="depends_on", downstream=OfComponent(key)):
                self._leaning.add(key)
            case Property(subject=OfComponent(key), name=name) as fact if name in _FILES:
                value = fact.decoded()
                if isinstance(value, dict):
                    self._files.setdefault(key, []).append(value)
            case _:
                pass

    def _line(self, key: Key, upstream: Key, wish: Requirement) -> None:
        found = identify(upstream)
        if found.kind == "capability":
            self._python[key] = wish.raw
            return
        extras = f"[{','.join(wish.extras)}]" if wish.extras else ""
        space = " " if wish.raw.startswith("@") else ""
        marker = f"{space}; {wish.marker}" if wish.marker else ""
        line = f"{found.name}{extras}{space}{wish.raw}{marker}"
        self._lines.setdefault(key, []).append(line)
        if wish.extra:
            self._extras.setdefault(key, set()).add(wish.extra)

    def releases(self) -> Iterable[tuple[Key, dict[str, Any]]]:
        """Every member that is a released package, with what is known of it."""
        for key in sorted(self._members):
            known = identify(key)
            if known.form == "purl" and known.version and known.kind == "framework":
                yield key, self._value(key)

    def _value(self, key: Key) -> dict[str, Any]:
        value: dict[str, Any] = {}
        # A lock may state the lines of its own project only: then others without one say nothing.
        whole = self._leaning <= self._lines.keys()
        if key in self._lines or (self._lines and whole):
            value["requires"] = sorted(set(self._lines.get(key, ())))
        else:
            value["covers"] = []
        if self._python.get(key):
            value["requires_python"] = self._python[key]
        if self._extras.get(key):
            value["provides_extra"] = sorted(self._extras[key])
        files = self._files.get(key, [])
        tags = sorted({str(tag) for file in files for tag in file.get("tags") or ()})
        if tags:
            value["tags"] = tags
        channels = {str(file.get("index") or "").partition("/")[2] for file in files}
        if len(channels) == 1 and (channel := channels.pop()):
            value["channel"] = channel
        return value
