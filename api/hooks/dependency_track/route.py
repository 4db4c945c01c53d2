"""The addresses of Dependency-Track's API that CI clients ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.responses import Response

from api.hooks.dependency_track import shape
from api.hooks.dependency_track.field import (
    Asked,
    FieldInvalidError,
    asked_of,
    from_base64,
    tags_of,
    unpacked,
)
from api.hooks.dependency_track.project import Project, Projects
from api.hooks.dependency_track.upload import ParentUnknownError, ProjectUnknownError, tag, take
from api.house import House
from api.inbox.desk import Desk
from api.rest.body import read_body
from api.rest.inbox import json_of
from api.rest.problem import problem_of
from api.security.door import house_of, notes_of
from lineage.errors import (
    DocumentRefusedError,
    DocumentTooLargeError,
    KeyUnknownError,
    LineageError,
    StreamForbiddenError,
)
from lineage.record.closing import close_slot
from lineage.record.token import Right

_INVALID = "The uploaded BOM is invalid"
_NOTHING = {"X-Lineage-Policies": "none"}


def add_dependency_track(app: FastAPI, desk: Desk) -> None:
    """Add the addresses; they are left out of our own description."""

    def add(method: str, path: str, answer: Callable[..., Any], *rights: Right) -> None:
        async def handle(request: Request) -> Response:
            house = house_of(request, *rights)
            notes_of(request).operation = f"dependency-track {method} {path}"
            return await _answered(answer(request, house, desk))

        app.add_api_route(
            f"/api/{path}", handle, methods=[method], include_in_schema=False,
            name=f"dependency-track {method} {path}",
        )  # fmt: skip

    reads = (Right.READ, Right.INGEST, Right.GATE)
    add("GET", "version", _version)
    add("PUT", "v1/bom", _put, Right.INGEST)
    add("POST", "v1/bom", _post, Right.INGEST)
    add("GET", "v1/event/token/{token}", _token, *reads)
    add("GET", "v1/bom/token/{token}", _token, *reads)
    add("GET", "v1/project", _projects, *reads)
    add("GET", "v1/project/lookup", _lookup, *reads)
    add("GET", "v1/project/{uuid}", _project, *reads)
    add("PATCH", "v1/project/{uuid}", _patch, Right.INGEST)
    add("DELETE", "v1/project/{uuid}", _delete, Right.INGEST)
    add("GET", "v1/team/self", _team, *reads)
    add("GET", "v1/violation/project/{uuid}", _nothing, *reads)
    add("GET", "v1/finding/project/{uuid}", _nothing, *reads)


async def _answered(coming: Any) -> Response:
    """The response, or the failure in the words that clients know."""
    try:
        response: Response = await coming
        return response
    except (ProjectUnknownError, ParentUnknownError) as error:
        return shape.plain_text(404, str(error))
    except StreamForbiddenError as error:
        return shape.problem(403, "Project access denied", str(error))
    except FieldInvalidError as error:
        return shape.beans(str(error.data["field"]), str(error))
    except DocumentTooLargeError as error:
        detail = f"The BOM is too large: {error} For larger ones use POST."
        return shape.problem(400, "The provided JSON payload could not be mapped", detail)
    except DocumentRefusedError as error:
        found = error.data.get("faults") or [{k: error.data[k] for k in ("path", "reason")}]
        errors = [f"$.{one['path']}: {one['reason']}" for one in found]
        return shape.problem(400, _INVALID, "Schema validation failed", errors)
    except LineageError as error:
        if error.code in ("FORMAT_UNKNOWN", "SUBJECT_MISSING", "KEY_MALFORMED", "BODY_INVALID"):
            return shape.problem(400, _INVALID, str(error), [str(error)])
        if error.code == "BOM_MISSING":
            return shape.plain_text(400, str(error))
        return problem_of(error)


async def _version(request: Request, house: House, desk: Desk) -> Response:
    del request, house, desk
    body = {"application": shape.APPLICATION, "version": shape.VERSION, "uuid": None}
    return json_of(body, 200, dict(shape.POWERED))


async def _put(request: Request, house: House, desk: Desk) -> Response:
    return await _take_json(request, house, desk)


async def _post(request: Request, house: House, desk: Desk) -> Response:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media == "application/json":
        return await _take_json(request, house, desk)
    limit = house.settings.max_document
    try:
        async with request.form(max_part_size=limit, max_files=4, max_fields=40) as form:
            given: dict[str, Any] = {}
            bom = b""
            for name, value in form.multi_items():
                if name != "bom":
                    given[name] = value if isinstance(value, str) else None
                elif isinstance(value, UploadFile):
                    content = await value.read()
                    bom = unpacked(content, value.content_type or "", limit)
                else:
                    bom = value.encode("utf-8", "surrogateescape")
    except (MultiPartException, UnicodeError, KeyError) as error:
        raise FieldInvalidError(message=f"the form cannot be read: {error}", field="bom") from None
    return await run_in_threadpool(_taken, request, house, desk, asked_of(given, bom))


async def _take_json(request: Request, house: House, desk: Desk) -> Response:
    encoding = request.headers.get("content-encoding", "")
    body = await read_body(request.stream(), encoding, house.settings.max_document * 2)
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        return shape.problem(400, "The provided JSON payload could not be mapped", str(error))
    if not isinstance(given, dict):
        return shape.problem(
            400, "The provided JSON payload could not be mapped", "It is no object"
        )
    asked = asked_of(given, from_base64(given.get("bom")))
    return await run_in_threadpool(_taken, request, house, desk, asked)


def _taken(request: Request, house: House, desk: Desk, asked: Asked) -> Response:
    client = request.headers.get("user-agent", "")[:200]
    taken = take(desk, house, asked, client)
    notes_of(request).about = taken.project
    return json_of({"token": taken.token, "projectUuid": taken.project})


async def _token(request: Request, house: House, desk: Desk) -> Response:
    number = request.path_params["token"].lower()
    try:
        place = await run_in_threadpool(desk.inbox.place, number, house.settings.tenant)
    except KeyUnknownError:
        place = None
    return json_of(shape.status_of(place))


async def _projects(request: Request, house: House, desk: Desk) -> Response:
    del desk
    given = dict(request.query_params)
    rows = await run_in_threadpool(_rows, house, given)
    return shape.page(rows, *shape.page_of(given))


async def _lookup(request: Request, house: House, desk: Desk) -> Response:
    del desk
    name, version = request.query_params.get("name"), request.query_params.get("version")
    if not name:
        raise FieldInvalidError(message="name: must not be blank", field="name")
    found = await run_in_threadpool(Projects(house).by_name, name, version or None)
    return await run_in_threadpool(_shown, house, found)


async def _project(request: Request, house: House, desk: Desk) -> Response:
    del desk
    return await run_in_threadpool(_shown, house, await _known(request, house))


async def _patch(request: Request, house: House, desk: Desk) -> Response:
    body = await read_body(request.stream(), "", house.settings.max_query)
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        return shape.problem(400, "The provided JSON payload could not be mapped", str(error))
    project = await _known(request, house)
    await run_in_threadpool(_change, request, house, desk, project, given)
    return await run_in_threadpool(_shown, house, await _known(request, house))


async def _delete(request: Request, house: House, desk: Desk) -> Response:
    del desk
    project = await _known(request, house)
    await run_in_threadpool(_close, request, house, project)
    return Response(status_code=204)


async def _team(request: Request, house: House, desk: Desk) -> Response:
    del request, desk
    name = house.principal.name.removeprefix("token:") or "local"
    permissions = [{"name": one} for one in shape.PERMISSIONS]
    uuid = Projects(house).id_of(name, "team")
    return json_of({"uuid": uuid, "name": name, "permissions": permissions})


async def _nothing(request: Request, house: House, desk: Desk) -> Response:
    """No policy has been asked yet, which is not the same as none being violated."""
    del desk
    await _known(request, house)
    return shape.page([], *shape.page_of(dict(request.query_params)), _NOTHING)


async def _known(request: Request, house: House) -> Project:
    found = await run_in_threadpool(Projects(house).by_id, request.path_params["uuid"])
    if found is None:
        raise ProjectUnknownError
    return found


def _rows(house: House, given: dict[str, str]) -> list[dict[str, Any]]:
    projects = Projects(house)
    active_only = given.get("excludeInactive", "").lower() == "true"
    return [
        shape.project_of(one, projects.tags_of(one))
        for one in projects.all()
        if (not given.get("name") or one.name == given["name"]) and (one.active or not active_only)
    ]


def _shown(house: House, project: Project | None) -> Response:
    if project is None:
        raise ProjectUnknownError
    projects = Projects(house)
    told = shape.project_of(project, projects.tags_of(project))
    return json_of(told, 200, dict(shape.POWERED))


def _change(request: Request, house: House, desk: Desk, project: Project, given: Any) -> None:
    if not isinstance(given, dict):
        raise FieldInvalidError(message="project: it is no object", field="project")
    client = request.headers.get("user-agent", "")[:200]
    if "tags" in given:
        tag(desk, house, project, tags_of(given["tags"]), client)
    if given.get("active", given.get("isActive")) is False:
        _close(request, house, project)


def _close(request: Request, house: House, project: Project) -> None:
    client = request.headers.get("user-agent", "")[:200]
    for slot in project.slots:
        close_slot(
            house.record, slot, tenant=house.settings.tenant, principal=house.principal.name,
            client=client,
        )  # fmt: skip
