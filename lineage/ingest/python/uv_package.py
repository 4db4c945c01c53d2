"""One package of a uv.lock: its source, its files, what it leans on.

Source: uv's own documentation of its lock file, and locks as uv 0.13 (revision 5) writes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lineage.errors import KeyMalformedError
from lineage.ingest.python.address import channel_of, without_credentials
from lineage.ingest.python.field import Fields, fields_of
from lineage.ingest.python.name import canonical, family_key, release_key
from lineage.ingest.python.wheel import artefact_of
from lineage.model.identity import Key

SOURCES = ("registry", "git", "url", "path", "directory", "editable", "virtual")
LOCAL = ("editable", "virtual")
FIELDS = frozenset(
    {
        "name", "version", "source", "dependencies", "optional-dependencies", "dev-dependencies",
        "metadata", "sdist", "wheels", "resolution-markers",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """An entry of a list of dependencies: which packages of the lock it means, and when.

    ``extras`` are asked of it; ``marker`` is "" where it always counts.
    """

    name: str
    version: str | None
    source: Mapping[str, Any] | None
    marker: str
    extras: frozenset[str]
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UvPackage:
    """A package: ``kind`` is a row of SOURCES, ``place`` what it says there.

    ``extras`` and ``groups`` are further dependencies by the extra or group that turns them on.
    ``listed`` says whether its dependencies stand in the lock (uv leaves an empty list out).
    """

    name: str
    version: str | None
    key: Key
    kind: str
    place: str
    source: Mapping[str, Any]
    markers: tuple[str, ...]
    dependencies: tuple[Dependency, ...]
    extras: Mapping[str, tuple[Dependency, ...]]
    groups: Mapping[str, tuple[Dependency, ...]]
    table: Fields

    def means(self, one: Dependency) -> bool:
        """Whether a dependency is this package: name, and version and source where it says so."""
        return (
            one.name == self.name
            and one.version in (None, self.version)
            and (one.source is None or dict(one.source) == dict(self.source))
        )


def package_of(table: Fields) -> UvPackage:
    """The package of a table; DocumentRefusedError with the dotted path of what is wrong."""
    try:
        name, version = canonical(table.text("name")), table.maybe_text("version")
        key = release_key(name, version) if version else family_key(name)
    except KeyMalformedError as error:
        table.refuse("name", str(error))
    source = table.table("source")
    kinds = [kind for kind in SOURCES if kind in source.values]
    if len(kinds) != 1:
        table.refuse("source", f"names none or several of {', '.join(SOURCES)}")
    markers = table.maybe_entries("resolution-markers")
    return UvPackage(
        name=name,
        version=version,
        key=key,
        kind=kinds[0],
        place=source.text(kinds[0]),
        source=source.values,
        markers=tuple(str(marker) for marker in markers),
        dependencies=tuple(_dependencies(table, "dependencies")),
        extras=dict(_by_name(table, "optional-dependencies")),
        groups=dict(_by_name(table, "dev-dependencies")),
        table=table,
    )


def files_of(package: UvPackage) -> list[tuple[dict[str, Any], str]]:
    """What the lock admits for a package, with its dotted path: files, a commit, or a folder."""
    table, version = package.table, package.version or ""
    if package.kind == "git":
        return [(_commit(package.place, version), table.at("source"))]
    if package.kind in ("directory", *LOCAL):
        editable = package.kind == "editable"
        return [(artefact_of(version=version, folder=True, editable=editable), table.at("source"))]
    found: list[tuple[dict[str, Any], str]] = []
    stated = [(f"{path}", entry) for path, entry in _listed(table, "wheels")]
    if table.values.get("sdist") is not None:
        stated.append((table.at("sdist"), table.values["sdist"]))
    for path, entry in stated:
        found.append((_file(package, fields_of(entry, format=table.format, path=path)), path))
    if not found and package.kind in ("url", "path"):
        address = package.place if package.kind == "url" else ""
        file = package.place.rpartition("/")[2] if package.kind == "path" else ""
        found.append((artefact_of(address=address, file=file, version=version), table.at("source")))
    return found


def _file(package: UvPackage, stated: Fields) -> dict[str, Any]:
    address = stated.maybe_text("url") or (package.place if package.kind == "url" else "")
    local = stated.maybe_text("filename") or stated.maybe_text("path") or ""
    if package.kind == "path":
        local = local or package.place
    digest = (stated.maybe_text("hash") or "").lower()
    if digest and ":" not in digest:
        stated.refuse("hash", "is not ALGORITHM:HEX")
    size = stated.values.get("size")
    if size is not None and (isinstance(size, bool) or not isinstance(size, int)):
        stated.refuse("size", "is not a number")
    uploaded = stated.values.get("upload-time")
    value = artefact_of(
        address=address,
        file=local.replace("\\", "/").rpartition("/")[2],
        digest=digest,
        version=package.version or "",
        size=size,
        uploaded=str(uploaded) if uploaded is not None else None,
    )
    # The index is what people resolve from; the files may lie on another host.
    index = channel_of(f"{package.place.rstrip('/')}/-") if package.kind == "registry" else ""
    return {**value, "index": index} if index else value


def _commit(place: str, version: str) -> dict[str, Any]:
    try:
        parts = urlsplit(place)
        asked = parse_qs(parts.query)
    except ValueError:
        return artefact_of(version=version, vcs="git")
    revision = next((asked[name][0] for name in ("rev", "tag", "branch") if name in asked), None)
    return artefact_of(
        version=version,
        vcs="git",
        url=without_credentials(place.partition("#")[0]),
        commit=parts.fragment or None,
        revision=revision,
    )


def _dependencies(table: Fields, name: str) -> Iterator[Dependency]:
    for path, entry in _listed(table, name):
        stated = fields_of(entry, format=table.format, path=path)
        source = stated.maybe_table("source")
        try:
            yield Dependency(
                name=canonical(stated.text("name")),
                version=stated.maybe_text("version"),
                source=source.values if source is not None else None,
                marker=stated.maybe_text("marker") or "",
                extras=_extras(stated, "extra") | _extras(stated, "extras"),
                path=path,
            )
        except KeyMalformedError as error:
            stated.refuse("name", str(error))


def _extras(stated: Fields, name: str) -> frozenset[str]:
    value = stated.values.get(name)
    entries = [value] if isinstance(value, str) else stated.maybe_entries(name)
    return frozenset(canonical(str(one)) for one in entries)


def _by_name(table: Fields, name: str) -> Iterator[tuple[str, tuple[Dependency, ...]]]:
    stated = table.maybe_table(name)
    for group in stated.values if stated is not None else ():
        assert stated is not None
        yield canonical(group), tuple(_dependencies(stated, group))


def _listed(table: Fields, name: str) -> Iterator[tuple[str, Any]]:
    for number, entry in enumerate(table.maybe_entries(name)):
        yield f"{table.at(name)}.{number}", entry
