"""uv.lock, version 1 (any revision): what uv resolved for every environment at once.

It has no marker environment of its own: markers stay on the members and on the edges between them.
The project (and each member of its workspace) is a *root*: what it asks for are direct members,
with the specifier it declares; a root that is installed itself is one more. uv does not write down
the specifiers of other packages: their edges state no requirement. What the files mean for a
verdict is said in ``lineage.ingest.python.admitted``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from lineage.errors import DocumentRefusedError, KeyMalformedError, SubjectMissingError
from lineage.ingest.python.address import without_credentials
from lineage.ingest.python.admitted import admitted_files
from lineage.ingest.python.claims import PYTHON, subject_claim
from lineage.ingest.python.field import Fields, fields_of
from lineage.ingest.python.line import Line, line_of
from lineage.ingest.python.name import canonical, local_version, public_version
from lineage.ingest.python.toml import plain, toml_document
from lineage.ingest.python.uv_package import FIELDS, LOCAL, UvPackage, files_of, package_of
from lineage.ingest.python.uv_reach import Asked, Packages, Reach, asked_of
from lineage.ingest.reader import Circumstance, Reader
from lineage.model.claim import (
    Claim,
    Component,
    Directness,
    Edge,
    Member,
    OfComponent,
    Requirement,
    property_of,
)
from lineage.model.document import Quarantined, Reading
from lineage.model.identity import Key
from lineage.vocabulary.edges import RUNTIME

_VERSION = re.compile(rb"^version\s*=\s*\d+\s*$", re.MULTILINE)
_SOURCE = re.compile(
    rb"^source\s*=\s*\{\s*(registry|git|url|path|directory|editable|virtual)\s*=", re.MULTILINE
)
_HEAD = 1 << 18
_KNOWN = frozenset({"version", "revision", "requires-python", "package"})


class UvLockReader:
    """Reads lock files of uv; the subject is what the circumstance says."""

    name = "uv_lock"
    version = "1"
    suffixes: tuple[str, ...] = (".uv.lock", ".lock")

    def recognises(self, content: bytes, name: str) -> bool:
        """A file that is called so, or TOML with packages whose source is a table of uv."""
        if name.replace("\\", "/").rpartition("/")[2] == "uv.lock":
            return True
        head = content[:_HEAD]
        return b"[[package]]" in head and bool(_VERSION.search(head) and _SOURCE.search(head))

    def read(self, content: bytes, circumstance: Circumstance) -> Reading:
        """Members with markers and scopes, every file that is admitted, and the dependencies.

        Raises DocumentRefusedError for a file that is no lock of version 1, SubjectMissingError
        where the circumstance names no subject. A bad package is quarantined.
        """
        document = toml_document(content, self.name)
        _check_version(document)
        subject = circumstance.subject
        if subject is None:
            raise SubjectMissingError
        packages, quarantined = _packages(document)
        lock = _Lock(subject, packages, _workspace(document))
        claims = [subject_claim(subject), *_lock_claims(subject, document)]
        for number, one in enumerate(packages):
            claims += _world(one, lock.quarantined)
            if lock.is_member(one):
                claims += lock.member(number, one)
                claims += lock.edges(number, one)
        warnings = [*lock.warnings]
        if not packages and not quarantined:
            warnings.append("package: the list is empty")
        revision = document.values.get("revision")
        return Reading(
            format=self.name,
            version=self.version,
            subject=subject,
            own_subject=False,
            claims=tuple(claims),
            quarantined=(*quarantined, *lock.quarantined),
            warnings=tuple(dict.fromkeys(warnings)),
            facts=(("tool", "uv"), *((("revision", str(revision)),) if revision else ())),
        )


class _Lock:
    """The packages of one lock, seen from its roots."""

    def __init__(self, subject: Key, packages: list[UvPackage], workspace: frozenset[str]) -> None:
        self.subject = subject
        self.warnings: list[str] = []
        self.quarantined: list[Quarantined] = []
        self._packages = Packages(packages)
        self._roots = [one for one in packages if _is_root(one, workspace)]
        self._asked: dict[int, list[Asked]] = {}
        asked = asked_of(self._roots)
        for one in asked:
            meant = self._packages.meant(one.line)
            if not meant:
                self.warnings.append(f"{one.line.path}: {one.line.name} is not in the lock")
            for number in meant:
                self._asked.setdefault(number, []).append(one)
        self._reach: Reach = self._packages.reach(asked)
        self._declared = {root.key: _declared(root, self.quarantined) for root in self._roots}

    def is_member(self, one: UvPackage) -> bool:
        """Whether it gets installed: a virtual package only stands for what it asks for."""
        return one.kind != "virtual"

    def member(self, number: int, one: UvPackage) -> Iterator[Claim]:
        """That it is a member, once for each wish of a root, and what of it is installed."""
        path, key = one.table.path, one.key
        extras = tuple(sorted(self._reach.extras.get(number, ())))
        scope = self._reach.scopes.get(number, RUNTIME)
        fork = " or ".join(
            f"({marker})" if len(one.markers) > 1 else marker for marker in one.markers
        )
        asked = self._asked.get(number, ())
        wishes = dict.fromkeys(self._wish(each, fork) for each in asked)
        plainly = Requirement(scheme="pep440", marker=fork) if fork else None
        if one in self._roots:
            yield Claim(Member(key, "direct", plainly, extras), self.subject, path)
        for wish in wishes:
            member = Member(key, "direct", wish, extras, dependency_scope=scope)
            yield Claim(member, self.subject, path)
        if not wishes and one not in self._roots:
            direct: Directness = "transitive" if number in self._reach.scopes else "unknown"
            member = Member(key, direct, plainly, extras, dependency_scope=scope)
            yield Claim(member, self.subject, path)
        build = local_version(one.version or "")
        if build:
            yield Claim(property_of(key, "build", build), self.subject, path)
        try:
            yield from admitted_files(self.subject, key, files_of(one))
        except DocumentRefusedError as error:
            self.quarantined.append(
                Quarantined(path=error.data["path"], reason=error.data["reason"])
            )
        for name in sorted(one.table.values.keys() - FIELDS):
            value = {name: _masked(plain(one.table.values[name]))}
            yield Claim(property_of(key, "extension", value), self.subject, one.table.at(name))

    def edges(self, number: int, one: UvPackage) -> Iterator[Claim]:
        """What it leans on in this lock; a root's lines state their specifier."""
        lines = [(line, RUNTIME, "") for line in one.dependencies]
        is_root = one in self._roots
        if is_root:
            lines = [(each.line, each.scope, each.by) for each in asked_of([one])]
        else:
            for extra in sorted(self._reach.extras.get(number, ())):
                lines += [(line, RUNTIME, extra) for line in one.extras.get(extra, ())]
        leans = lacks = False
        for line, scope, by in lines:
            meant = [self._packages.all[n] for n in self._packages.meant(line)]
            lacks = lacks or not meant
            if not meant and not is_root:
                self.warnings.append(f"{line.path}: {line.name} is not in the lock")
            for other in meant:
                if other.key == one.key or not self.is_member(other):
                    continue
                leans = True
                attributes = {"marker": line.marker, "extra": by if scope == RUNTIME else ""}
                asked = Asked(root=one, line=line, scope=scope, by=by)
                edge = Edge(
                    "depends_on",
                    OfComponent(one.key),
                    other.key,
                    self._wish(asked, "") if is_root else None,
                    dependency_scope=scope,
                    attributes=tuple((n, v) for n, v in sorted(attributes.items()) if v),
                )
                yield Claim(edge, self.subject, line.path)
        known = "incomplete" if lacks else "complete" if leans else "none"
        stated = property_of(one.key, "dependencies", known)
        yield Claim(stated, self.subject, one.table.at("dependencies"))

    def _wish(self, asked: Asked, fork: str) -> Requirement:
        """What a root wishes: the specifier it declares, under the marker that the lock gives."""
        raws = self._declared.get(asked.root.key, {}).get((asked.by, asked.line.name), ())
        markers = dict.fromkeys(marker for marker in (asked.line.marker, fork) if marker)
        return Requirement(
            raw=",".join(dict.fromkeys(raw for raw in raws if raw)),
            scheme="opaque" if any(raw.startswith("@") for raw in raws) else "pep440",
            marker=" and ".join(f"({one})" for one in markers) if len(markers) > 1 else
            next(iter(markers), None),
            extras=tuple(sorted(asked.line.extras)),
        )  # fmt: skip


def _is_root(one: UvPackage, workspace: frozenset[str]) -> bool:
    if one.kind not in LOCAL:
        return False
    return one.name in workspace if workspace else one.kind == "virtual" or one.place == "."


def _check_version(document: Fields) -> None:
    found = document.values.get("version")
    if found is None:
        document.refuse("version", "is missing")
    if found != 1 or isinstance(found, bool):
        document.refuse("version", f"is {found!r}; known: 1")


def _workspace(document: Fields) -> frozenset[str]:
    """The members of the workspace; empty where the lock is of one project."""
    manifest = document.maybe_table("manifest")
    members = manifest.maybe_entries("members") if manifest is not None else []
    try:
        return frozenset(canonical(str(name)) for name in members)
    except KeyMalformedError as error:
        document.refuse("manifest.members", str(error))


def _packages(document: Fields) -> tuple[list[UvPackage], list[Quarantined]]:
    found: list[UvPackage] = []
    quarantined: list[Quarantined] = []
    seen: dict[tuple[str, str | None, str], str] = {}
    for number, entry in enumerate(document.maybe_entries("package")):
        path = f"package.{number}"
        try:
            one = package_of(fields_of(entry, format="uv_lock", path=path))
        except DocumentRefusedError as error:
            where, reason = error.data["path"], error.data["reason"]
            quarantined.append(Quarantined(path=where, reason=reason, raw=plain(entry)))
            continue
        except KeyMalformedError as error:
            quarantined.append(Quarantined(path=path, reason=str(error), raw=plain(entry)))
            continue
        first = seen.setdefault((one.name, one.version, repr(sorted(one.source.items()))), path)
        if first == path:
            found.append(one)
        else:
            reason = f"{one.key} stands here a second time, first at {first}"
            quarantined.append(Quarantined(path=path, reason=reason, raw=plain(entry)))
    return found, quarantined


def _lock_claims(subject: Key, document: Fields) -> Iterator[Claim]:
    python = document.maybe_text("requires-python")
    if python:
        wish = Requirement(raw=python, scheme="pep440")
        yield Claim(Edge("requires", OfComponent(subject), PYTHON, wish), path="requires-python")
    for name in sorted(document.values.keys() - _KNOWN):
        value = {name: _masked(plain(document.values[name]))}
        yield Claim(property_of(subject, "extension", value), path=name)


def _world(one: UvPackage, bad: list[Quarantined]) -> Iterator[Claim]:
    """That there is such a release; of a local package also the lines that it declares."""
    public = public_version(one.version) if one.version else None
    yield Claim(Component(one.key, "framework", one.name, public), path=one.table.path)
    for path, line in _lines(one, bad):
        yield Claim(
            Edge("requires", OfComponent(one.key), line.family, line.requirement), path=path
        )


def _lines(one: UvPackage, bad: list[Quarantined]) -> Iterator[tuple[str, Line]]:
    """The declared lines that uv keeps of local packages (requires-dist)."""
    metadata = one.table.maybe_table("metadata")
    for number, entry in enumerate(metadata.maybe_entries("requires-dist") if metadata else ()):
        assert metadata is not None
        path = f"{metadata.at('requires-dist')}.{number}"
        try:
            yield path, line_of(_text(fields_of(entry, format="uv_lock", path=path)))
        except (ValueError, KeyMalformedError, DocumentRefusedError) as error:
            bad.append(_bad(path, error, entry))


def _bad(path: str, error: Exception, entry: Any) -> Quarantined:
    reason = error.data["reason"] if isinstance(error, DocumentRefusedError) else str(error)
    return Quarantined(path=path, reason=reason, raw=plain(entry))


def _text(stated: Fields) -> str:
    """A requirement line (PEP 508) put together again; of a local place only the last name."""
    extras = ",".join(str(one) for one in stated.maybe_entries("extras"))
    text = stated.text("name") + (f"[{extras}]" if extras else "")
    address = stated.maybe_text("url") or ""
    if "git" in stated.values:
        address = f"git+{stated.text('git')}"
    for name in ("path", "directory", "editable", "virtual"):
        place = stated.maybe_text(name)
        if place is not None:
            address = f"file:///{quote(place.rstrip('/').rpartition('/')[2])}"
    text += f" @ {address}" if address else stated.maybe_text("specifier") or ""
    marker = stated.maybe_text("marker")
    return f"{text} ; {marker}" if marker else text


def _declared(root: UvPackage, bad: list[Quarantined]) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """The specifiers of a root by (extra or group, name)."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for _, line in _lines(root, []):  # what is bad in them is told where they are stated
        place = (line.requirement.extra or "", line.name)
        found[place] = (*found.get(place, ()), line.requirement.raw)
    metadata = root.table.maybe_table("metadata")
    groups = metadata.maybe_table("requires-dev") if metadata else None
    for group in groups.values if groups else ():
        assert groups is not None
        for number, entry in enumerate(groups.maybe_entries(group)):
            path = f"{groups.at(group)}.{number}"
            try:
                line = line_of(_text(fields_of(entry, format="uv_lock", path=path)))
                place = (canonical(group), line.name)
            except (ValueError, KeyMalformedError, DocumentRefusedError) as error:
                bad.append(_bad(path, error, entry))
                continue
            found[place] = (*found.get(place, ()), line.requirement.raw)
    return found


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _masked(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_masked(part) for part in value]
    return without_credentials(value) if isinstance(value, str) and "://" in value else value


READER: Reader = UvLockReader()
