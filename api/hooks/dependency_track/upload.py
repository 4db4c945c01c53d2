"""Uploads of bills of materials: from what was asked for to items of the inbox."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from api.hooks.dependency_track import change
from api.hooks.dependency_track.field import Asked, FieldInvalidError
from api.hooks.dependency_track.project import READER, Project, Projects
from api.house import House
from api.inbox.desk import Desk
from api.inbox.document import Ready, ready
from api.inbox.idempotency import fingerprint_of
from lineage.errors import DocumentRefusedError, LineageError
from lineage.model.document import Upload


class ProjectUnknownError(LineageError):
    """The project could not be found."""

    code = "PROJECT_UNKNOWN"


class ParentUnknownError(LineageError):
    """The parent component could not be found."""

    code = "PARENT_UNKNOWN"


class BomMissingError(LineageError):
    """No BOM file provided."""

    code = "BOM_MISSING"


class BomInvalidError(LineageError):
    """{detail}."""

    code = "BOM_INVALID"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an upload is answered with: the token to poll, and the project's UUID."""

    token: str
    project: str


def take(desk: Desk, house: House, asked: Asked, client: str) -> Taken:
    """Judge an upload and keep it; the same upload again has the same token.

    Raises BomInvalidError for what is no valid CycloneDX, ProjectUnknownError,
    ParentUnknownError, BomMissingError, StreamForbiddenError, InboxFullError.
    """
    if not asked.bom:
        raise BomMissingError
    projects = Projects(house, desk.inbox)
    project = _named(projects, asked)
    parent = _parent(projects, asked)
    mark = _mark(house, projects, asked, project)
    upload = Upload(
        content=asked.bom,
        name="bom",
        format=READER,
        subject=project.key,
        stream=project.stream,
        latest=mark,
        client=client,
    )
    said = {
        "latest": mark,
        "active": asked.active,
        "tags": asked.tags,
        "parent": parent.key if parent else None,
    }
    try:
        wanted = ready(
            house, upload, key=change.slot_key(project), renews=True,
            fingerprint=fingerprint_of(said, asked.bom),
        )  # fmt: skip
    except DocumentRefusedError as error:
        raise _invalid(error, asked.bom) from None
    beside = _beside(house, project, asked.tags, parent, client)
    place = wanted.keep(desk).place
    for one in beside:
        one.keep(desk)
    if asked.active is False:
        change.close(desk, house, project, client)
    return Taken(token=place.id, project=project.id)


def _beside(
    house: House, project: Project, tags: tuple[str, ...], parent: Project | None, client: str
) -> list[Ready]:
    """What an upload says beside the document; FieldInvalidError where that cannot be kept."""
    found = []
    try:
        if tags:
            found.append(change.tagged(house, project, tags, client))
    except DocumentRefusedError as error:
        message = f"projectTags: {error.data['reason']}"
        raise FieldInvalidError(message=message, field="projectTags") from None
    if parent is not None:
        found.append(change.adopted(house, project, parent, client))
    return found


def _named(projects: Projects, asked: Asked) -> Project:
    if asked.project is not None:
        found = projects.by_id(asked.project)
    elif asked.name is None:
        found = None
    elif asked.auto_create:
        found = projects.new(asked.name, asked.version)
    else:
        found = projects.by_name(asked.name, asked.version)
    if found is None:
        raise ProjectUnknownError
    return found


def _parent(projects: Projects, asked: Asked) -> Project | None:
    if asked.parent is None and asked.parent_name is None:
        return None
    if asked.parent is not None:
        found = projects.by_id(asked.parent)
    else:
        found = projects.by_name(asked.parent_name or "", asked.parent_version)
    if found is None:
        raise ParentUnknownError
    return found


def _mark(house: House, projects: Projects, asked: Asked, project: Project) -> bool | None:
    """The mark: as it was said; a version that is the name of a main branch needs none.

    Unless somebody has marked a version of another name: what was said goes before a name.
    """
    if asked.latest:
        return True
    always = house.settings.dependency_track_latest.replace(",", " ").split()
    if project.version not in always:
        return None
    marked = (
        one
        for one in projects.all(project.stream)
        if one.stream == project.stream and one.active and one.bom and one.bom.latest
    )
    return None if any(one.version not in always for one in marked) else True


def _invalid(error: DocumentRefusedError, content: bytes) -> BomInvalidError:
    """The refusal as the original words it; SPDX is one of the things that it cannot place."""
    found = error.data.get("faults")
    if found:
        detail = "Schema validation failed"
    else:
        found = [{name: error.data[name] for name in ("path", "reason")}]
        detail = _unplaced(content, error.data["path"])
    return BomInvalidError(
        detail=detail, errors=[f"$.{one['path']}: {one['reason']}" for one in found]
    )


def _unplaced(content: bytes, path: str) -> str:
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError:
        place = "Unable to determine schema version from XML"
        return place if path == "bom" else "BOM is neither valid JSON nor XML"
    if not isinstance(document, dict):
        return "BOM is neither valid JSON nor XML"
    if "specVersion" not in document:
        return "Unable to determine schema version from JSON"
    if path == "specVersion":
        return f"Unrecognized specVersion {document['specVersion']}"
    return "Schema validation failed"
