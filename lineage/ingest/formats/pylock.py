"""pylock.toml, lock-version 1.0 (PEP 751): what may be installed, with every file of it.

A lock for several environments has no marker environment of its own; its markers stay on the
members. It names no roots: who is a direct member is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from packaging.pylock import Package, Pylock, PylockUnsupportedVersionError, PylockValidationError
from packaging.utils import canonicalize_name

from lineage.errors import DocumentRefusedError, KeyMalformedError, SubjectMissingError
from lineage.ingest.python.address import channel_of, without_credentials
from lineage.ingest.python.admitted import admitted_files
from lineage.ingest.python.claims import PYTHON, subject_claim
from lineage.ingest.python.field import Fields, fields_of
from lineage.ingest.python.name import (
    canonical,
    family_key,
    local_version,
    public_version,
    release_key,
)
from lineage.ingest.python.toml import plain, toml_document
from lineage.ingest.python.wheel import artefact_of, digest_of
from lineage.ingest.reader import Circumstance, Reader
from lineage.model.claim import (
    Claim,
    Component,
    Edge,
    Member,
    OfComponent,
    Requirement,
    property_of,
)
from lineage.model.document import Quarantined, Reading
from lineage.model.identity import Key
from lineage.vocabulary.edges import RUNTIME

_NAME = re.compile(r"^pylock(\.[^.]+)?\.toml$")
_TOP = ("environments", "extras", "dependency-groups", "default-groups", "tool")
_GROUP = re.compile(r"""['"]([^'"]+)['"]\s+in\s+(dependency_groups|extras)""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """One package of the lock: its typed form, its table as it stands, and its key."""

    package: Package
    table: Fields
    key: Key


class PylockReader:
    """Reads lock files; the subject is what the circumstance says."""

    name = "pylock"
    version = "1"
    suffixes: tuple[str, ...] = (".pylock.toml", ".toml")

    def recognises(self, content: bytes, name: str) -> bool:
        """A file that is called so, or TOML with a lock-version and packages."""
        if _NAME.match(name.rpartition("/")[2]):
            return True
        start = re.search(rb"^lock-version\s*=", content[:65536], re.MULTILINE)
        return start is not None and b"[[packages]]" in content

    def read(self, content: bytes, circumstance: Circumstance) -> Reading:
        """Members with markers, the files that the lock admits, and the dependencies it states.

        Raises DocumentRefusedError for a file that is no lock of version 1.x, SubjectMissingError
        where the circumstance names no subject. A bad package is quarantined.
        """
        document = toml_document(content, "pylock")
        _check_top(document)
        subject = circumstance.subject
        if subject is None:
            raise SubjectMissingError
        locked, quarantined = _packages(document)
        claims = [subject_claim(subject), *_lock_claims(subject, document)]
        warnings: list[str] = []
        default = tuple(str(g) for g in document.maybe_entries("default-groups"))
        for one in locked:
            claims += _member(subject, one, default)
            claims += _world(one)
            edges, absent = _dependencies(subject, one, locked)
            claims += edges
            warnings += absent
        if not locked and not quarantined:
            warnings.append("packages: the list is empty")
        return Reading(
            format=self.name,
            version=self.version,
            subject=subject,
            own_subject=False,
            claims=tuple(claims),
            quarantined=tuple(quarantined),
            warnings=tuple(warnings),
            facts=(("tool", document.text("created-by")),),
        )


def _check_top(document: Fields) -> None:
    """Refuse a document whose fields outside the packages are wrong."""
    document.entries("packages")
    try:
        Pylock.from_dict({**document.values, "packages": []})
    except PylockUnsupportedVersionError as error:
        document.refuse("lock-version", f"{error.message}; known: 1.0")
    except PylockValidationError as error:
        raise DocumentRefusedError(
            format="pylock", path=error.context or "$", reason=error.message
        ) from None


def _packages(document: Fields) -> tuple[list[Locked], list[Quarantined]]:
    locked: list[Locked] = []
    quarantined: list[Quarantined] = []
    seen: dict[tuple[Key, str], str] = {}
    for path, entry in document.items("packages"):
        try:
            one = _locked(fields_of(entry, format="pylock", path=path))
        except DocumentRefusedError as error:
            where, reason = error.data["path"], error.data["reason"]
            quarantined.append(Quarantined(path=where, reason=reason, raw=entry))
            continue
        first = seen.setdefault((one.key, str(one.package.marker or "")), path)
        if first == path:
            locked.append(one)
        else:
            reason = f"{one.key} stands here a second time, first at {first}"
            quarantined.append(Quarantined(path=path, reason=reason, raw=entry))
    return locked, quarantined


def _locked(table: Fields) -> Locked:
    """Check one package by a lock that holds nothing else; its name may be spelled freely."""
    try:
        name, version = canonical(table.text("name")), table.maybe_text("version")
        stated = {**table.values, "name": name}
        alone = {"lock-version": "1.0", "created-by": "-", "packages": [stated]}
        package = Pylock.from_dict(alone).packages[0]
        key = release_key(name, version) if version else family_key(name)
    except PylockValidationError as error:
        inner = re.sub(r"\[(\d+)\]", r".\1", error.context or "")
        inner = inner.removeprefix("packages.0").lstrip(".")
        path = table.at(inner) if inner else table.path
        raise DocumentRefusedError(format="pylock", path=path, reason=error.message) from None
    except KeyMalformedError as error:
        table.refuse("name", str(error))
    return Locked(package=package, table=table, key=key)


def _lock_claims(subject: Key, document: Fields) -> Iterator[Claim]:
    python = document.maybe_text("requires-python")
    if python:
        wish = Requirement(raw=python, scheme="pep440")
        yield Claim(Edge("requires", OfComponent(subject), PYTHON, wish), path="requires-python")
    for name in _TOP:
        if name in document.values:
            value = {name: plain(document.values[name])}
            yield Claim(property_of(subject, "extension", value), path=name)


def _member(subject: Key, one: Locked, default: Sequence[str]) -> Iterator[Claim]:
    marker, path, key = one.table.maybe_text("marker"), one.table.path, one.key
    wish = Requirement(scheme="pep440", marker=marker) if marker else None
    scope = _scope(marker or "", default)
    yield Claim(Member(key, "unknown", wish, dependency_scope=scope), subject, path)
    build = local_version(one.table.maybe_text("version") or "")
    if build:
        yield Claim(property_of(key, "build", build), subject, path)
    yield from admitted_files(subject, key, list(_files(one)))
    for number, identity in enumerate(one.table.maybe_entries("attestation-identities")):
        at = f"{path}.attestation-identities.{number}"
        yield Claim(property_of(key, "attestation_identity", plain(identity)), subject, at)
    if one.package.tool:
        yield Claim(property_of(key, "tool", plain(one.package.tool)), subject, f"{path}.tool")


def _scope(marker: str, default: Sequence[str]) -> str:
    """The dependency scope by the groups and extras that a marker names."""
    named = _GROUP.findall(marker)
    groups = [name for name, where in named if where == "dependency_groups"]
    if groups:
        return RUNTIME if any(name in default for name in groups) else "development"
    return "optional" if named else RUNTIME


def _files(one: Locked) -> Iterator[tuple[dict[str, Any], str]]:
    """Every file, folder or repository that the lock admits for a package, with its path."""
    package, path, table = one.package, one.table.path, one.table
    version = table.maybe_text("version") or ""
    index = channel_of(f"{package.index.rstrip('/')}/simple/-") if package.index else ""
    for number, wheel in enumerate(package.wheels or ()):
        yield _file(wheel, wheel.filename, version, index), f"{path}.wheels.{number}"
    if package.sdist is not None:
        file = package.sdist.filename
        yield _file(package.sdist, file, version, index), f"{path}.sdist"
    if package.archive is not None:
        yield _file(package.archive, "", version, index), f"{path}.archive"
    if package.vcs is not None:
        vcs = package.vcs
        address = without_credentials(vcs.url) if vcs.url else None
        value = artefact_of(
            version=version, vcs=vcs.type, url=address, commit=vcs.commit_id,
            revision=vcs.requested_revision,
        )  # fmt: skip
        yield value, f"{path}.vcs"
    if package.directory is not None:
        editable = bool(package.directory.editable)
        yield artefact_of(version=version, folder=True, editable=editable), f"{path}.directory"


def _file(stated: Any, file: str, version: str, index: str) -> dict[str, Any]:
    value = artefact_of(
        address=stated.url or "",
        file=file or (stated.path or "").rpartition("/")[2],
        digest=digest_of(stated.hashes),
        version=version,
        size=stated.size,
    )
    return {**value, "index": index} if index else value


def _world(one: Locked) -> Iterator[Claim]:
    version = one.table.maybe_text("version")
    name = one.package.name
    public = public_version(version) if version else None
    yield Claim(Component(one.key, "framework", name, public), path=one.table.path)
    python = one.table.maybe_text("requires-python")
    if python:
        wish = Requirement(raw=python, scheme="pep440")
        at = one.table.at("requires-python")
        yield Claim(Edge("requires", OfComponent(one.key), PYTHON, wish), path=at)


def _dependencies(
    subject: Key, one: Locked, locked: Sequence[Locked]
) -> tuple[list[Claim], list[str]]:
    """Edges to the packages that a package names; absent dependencies are unknown, not none."""
    if "dependencies" not in one.table.values:
        return [], []
    claims: list[Claim] = []
    absent: list[str] = []
    for number, table in enumerate(one.package.dependencies or ()):
        path = f"{one.table.path}.dependencies.{number}"
        found = [other for other in locked if _names(table, other)]
        if not found:
            absent.append(f"{path}: {table.get('name', '?')} is not in the lock")
        for other in found:
            if other.key != one.key:
                edge = Edge("depends_on", OfComponent(one.key), other.key)
                claims.append(Claim(edge, subject, path))
    known = "incomplete" if absent else "complete" if claims else "none"
    at = one.table.at("dependencies")
    claims.append(Claim(property_of(one.key, "dependencies", known), subject, at))
    return claims, absent


def _names(table: Mapping[str, Any], other: Locked) -> bool:
    """Whether a dependency means this package: every key that it gives must agree."""
    return all(
        canonicalize_name(str(value)) == other.package.name
        if key == "name"
        else other.table.values.get(key) == value
        for key, value in table.items()
    )


READER: Reader = PylockReader()
