"""Uploads of bills of materials: from what was asked for to items of the inbox."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import orjson

from api.hooks.dependency_track.field import Asked
from api.hooks.dependency_track.project import READER, TAGS, Project, Projects
from api.house import House
from api.inbox.desk import Desk
from api.inbox.document import accept
from lineage.errors import DocumentRefusedError, LineageError
from lineage.ingest.formats.manifest.shape import FORMAT_VERSION
from lineage.ingest.formats.manifest.text import FORMAT as MANIFEST
from lineage.model.document import Upload
from lineage.model.identity import Key

NOT_SPDX = (
    "The uploaded file is an SPDX document. SPDX is not supported; please upload a CycloneDX BOM."
)


class ProjectUnknownError(LineageError):
    """The project could not be found."""

    code = "PROJECT_UNKNOWN"


class ParentUnknownError(LineageError):
    """The parent component could not be found."""

    code = "PARENT_UNKNOWN"


class BomMissingError(LineageError):
    """No BOM file provided."""

    code = "BOM_MISSING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an upload is answered with: the token to poll, and the project's UUID."""

    token: str
    project: str


def take(desk: Desk, house: House, asked: Asked, client: str) -> Taken:
    """Judge an upload and keep it.

    Raises DocumentRefusedError for what is no valid CycloneDX, ProjectUnknownError,
    ParentUnknownError, BomMissingError, StreamForbiddenError, InboxFullError.
    """
    if not asked.bom:
        raise BomMissingError
    projects = Projects(house)
    name, version = _named(projects, asked)
    stream, key = projects.stream_of(name), projects.key_of(name, version)
    if _is_spdx(asked.bom):
        raise DocumentRefusedError(format=READER, path="$", reason=NOT_SPDX)
    parent = _parent(projects, asked)
    upload = Upload(
        content=asked.bom,
        name="bom",
        format=READER,
        subject=key,
        stream=stream,
        latest=_mark(house, asked, version),
        client=client,
    )
    place = accept(desk, house, upload).place
    if asked.tags:
        said: dict[str, Any] = {"properties": {"tag": list(asked.tags)}}
        accept(desk, house, _manifest(upload, key, f"{TAGS} {version or ''}".strip(), said))
    if parent is not None:
        said = {"edges": [{"kind": "contains", "upstream": key}]}
        beside = replace(upload, stream=parent[1])
        accept(desk, house, _manifest(beside, parent[0], f"member {name}", said))
    return Taken(token=place.id, project=projects.id_of(name, version))


def tag(desk: Desk, house: House, project: Project, tags: tuple[str, ...], client: str) -> None:
    """Say which tags a project has; () takes them away."""
    said: dict[str, Any] = {"properties": {"tag": list(tags)}} if tags else {}
    base = Upload(content=b"", stream=project.stream, client=client)
    part = f"{TAGS} {project.version or ''}".strip()
    accept(desk, house, _manifest(base, project.key, part, said))


def _named(projects: Projects, asked: Asked) -> tuple[str, str | None]:
    if asked.project is not None:
        found = projects.by_id(asked.project)
        if found is None:
            raise ProjectUnknownError
        return found.name, found.version
    if asked.name is None:
        raise ProjectUnknownError
    if not asked.auto_create and projects.by_name(asked.name, asked.version) is None:
        raise ProjectUnknownError
    return asked.name, asked.version


def _parent(projects: Projects, asked: Asked) -> tuple[Key, str] | None:
    if asked.parent is not None:
        found = projects.by_id(asked.parent)
        if found is None:
            raise ParentUnknownError
        return found.key, found.stream
    if asked.parent_name is not None:
        key = projects.key_of(asked.parent_name, asked.parent_version)
        return key, projects.stream_of(asked.parent_name)
    return None


def _mark(house: House, asked: Asked, version: str | None) -> bool | None:
    """The mark: as it was said; a version that is the name of a main branch needs none."""
    if asked.latest:
        return True
    always = house.settings.dependency_track_latest.replace(",", " ").split()
    return True if version in always else None


def _manifest(upload: Upload, subject: Key, part: str, said: dict[str, Any]) -> Upload:
    document = {"lineage": FORMAT_VERSION, "subject": subject, **said}
    return replace(
        upload,
        content=orjson.dumps(document, option=orjson.OPT_SORT_KEYS),
        name="lineage.yaml",
        format=MANIFEST,
        subject=None,
        part=part,
        latest=None,
    )


def _is_spdx(content: bytes) -> bool:
    head = content[:4096]
    return any(sign in head for sign in (b'"spdxVersion"', b"SPDXVersion:", b"spdx.org/rdf/3"))
