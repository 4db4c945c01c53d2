"""The addresses of Dependency-Track's API that CI clients ask."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from itertools import chain
from typing import Any

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.hooks.dependency_track import change, shape
from api.hooks.dependency_track.field import (
    Asked,
    FieldInvalidError,
    PayloadTooLargeError,
    asked_of,
    flag_of,
    from_base64,
    tags_of,
    unpacked_part,
    uuid_of,
)
from api.hooks.dependency_track.form import Form, read_form
from api.hooks.dependency_track.project import Project, ProjectAmbiguousError, Projects
from api.hooks.dependency_track.upload import (
    BomInvalidError,
    BomMissingError,
    ParentUnknownError,
    ProjectUnknownError,
    take,
)
from api.house import House
from api.inbox.desk import Desk
from api.inbox.document import Ready
from api.rest.body import object_of, read_body
from api.rest.inbox import answer_of, json_of
from api.rest.problem import BodyInvalidError, problem_of
from api.security.door import house_of, notes_of
from lineage.errors import (
    KeyMalformedError,
    KeyUnknownError,
    LineageError,
    StreamForbiddenError,
    StreamInvalidError,
)
from lineage.record.arrival import Place
from lineage.record.token import Right


class ProjectFixedError(LineageError):
    """A project is its name and version here: upload it under the other ones."""

    code = "PROJECT_FIXED"


_INVALID = "The uploaded BOM is invalid"
_UNMAPPED = "The provided JSON payload could not be mapped"
_NOTHING = {"X-Lineage-Policies": "none"}


def add_dependency_track(app: FastAPI, desk: Desk) -> None:
    """Add the addresses; they are left out of our own description."""

    def add(method: str, path: str, answer: Callable[..., Any], *rights: Right) -> None:
        async def handle(request: Request) -> Response:
            house = house_of(request, *rights)
            notes_of(request).operation = f"dependency-track {method} {path}"
            return await _answered(request, answer(request, house, desk))

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
    add("GET", "v1/metrics/project/{uuid}/refresh", _fresh, *reads)


async def _answered(request: Request, coming: Any) -> Response:
    """The response, or the failure in the words that clients know."""
    try:
        response: Response = await coming
    except LineageError as error:
        notes_of(request).result = error.code
        response = next(
            (refusal(error) for kind, refusal in _REFUSALS if isinstance(error, kind)),
            None,
        ) or problem_of(error)
    response.headers.update(shape.POWERED)
    return response


_REFUSALS: tuple[tuple[type[LineageError], Callable[[Any], Response]], ...] = (
    (ProjectUnknownError, partial(shape.plain_text, 404)),
    (ParentUnknownError, partial(shape.plain_text, 404)),
    (BomMissingError, partial(shape.plain_text, 400)),
    (ProjectAmbiguousError, partial(shape.plain_text, 409)),
    (ProjectFixedError, partial(shape.plain_text, 409)),
    (
        BomInvalidError,
        lambda error: shape.problem(400, _INVALID, error.data["detail"], error.data["errors"]),
    ),
    (
        StreamForbiddenError,
        lambda error: shape.problem(403, "Project access denied", str(error)),
    ),
    (FieldInvalidError, lambda error: shape.beans(error.data["field"], str(error))),
    (PayloadTooLargeError, lambda error: shape.problem(400, _UNMAPPED, str(error))),
    (BodyInvalidError, lambda error: shape.problem(400, _UNMAPPED, str(error))),
    (KeyMalformedError, lambda error: shape.beans("projectName", str(error))),
    (StreamInvalidError, lambda error: shape.beans("projectName", str(error))),
)
"""How each failure is said; any other one as our own problem."""


async def _version(request: Request, house: House, desk: Desk) -> Response:
    del request, house, desk
    body = {"application": shape.APPLICATION, "version": shape.VERSION, "uuid": None}
    return json_of(body)


async def _post(request: Request, house: House, desk: Desk) -> Response:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media == "application/json":
        return await _put(request, house, desk)
    return await run_in_threadpool(
        _of_form, request, house, desk, await read_form(request, house.settings.max_document)
    )


async def _put(request: Request, house: House, desk: Desk) -> Response:
    encoding = request.headers.get("content-encoding", "")
    body = await read_body(request.stream(), encoding, house.settings.max_document * 2)
    return await run_in_threadpool(_of_json, request, house, desk, body)


def _of_form(request: Request, house: House, desk: Desk, form: Form) -> Response:
    bom = unpacked_part(form.content, form.media, house.settings.max_document)
    return _taken(request, house, desk, asked_of(form.given, bom))


def _of_json(request: Request, house: House, desk: Desk, body: bytes) -> Response:
    given = object_of(body)
    return _taken(request, house, desk, asked_of(given, from_base64(given.get("bom"))))


def _taken(request: Request, house: House, desk: Desk, asked: Asked) -> Response:
    taken = take(desk, house, asked, _client(request))
    notes_of(request).about = taken.project
    return json_of({"token": taken.token, "projectUuid": taken.project})


async def _token(request: Request, house: House, desk: Desk) -> Response:
    place = await run_in_threadpool(_place, request.path_params["token"], house, desk)
    return json_of(shape.status_of(place))


def _place(number: str, house: House, desk: Desk) -> Place | None:
    try:
        return desk.inbox.place(str(uuid.UUID(number)), house.settings.tenant)
    except (ValueError, KeyUnknownError):
        return None


async def _projects(request: Request, house: House, desk: Desk) -> Response:
    given = dict(request.query_params)
    return await run_in_threadpool(_page, house, desk, given)


async def _lookup(request: Request, house: House, desk: Desk) -> Response:
    name, version = request.query_params.get("name"), request.query_params.get("version")
    if not name:
        raise FieldInvalidError(message="name: must not be blank", field="name")
    projects = Projects(house, desk.inbox)
    return await run_in_threadpool(_shown, projects, projects.by_name, name, version or None)


async def _project(request: Request, house: House, desk: Desk) -> Response:
    projects = Projects(house, desk.inbox)
    return await run_in_threadpool(_shown, projects, projects.by_id, request.path_params["uuid"])


async def _patch(request: Request, house: House, desk: Desk) -> Response:
    encoding = request.headers.get("content-encoding", "")
    body = await read_body(request.stream(), encoding, house.settings.max_query)
    return await run_in_threadpool(_changed, request, house, desk, object_of(body))


async def _delete(request: Request, house: House, desk: Desk) -> Response:
    return await run_in_threadpool(_deleted, request, house, desk)


async def _team(request: Request, house: House, desk: Desk) -> Response:
    del request
    name = house.principal.name.removeprefix("token:") or "local"
    told = (names for right, names in shape.PERMISSIONS.items() if house.principal.may(right))
    permissions = [{"name": one} for one in dict.fromkeys(chain.from_iterable(told))]
    number = Projects(house, desk.inbox).id_of(name, "team")
    return json_of({"uuid": number, "name": name, "permissions": permissions})


async def _nothing(request: Request, house: House, desk: Desk) -> Response:
    """No policy has been asked yet, which is not the same as none being violated."""
    await run_in_threadpool(_known, request, house, desk)
    return shape.page([], *shape.page_of(dict(request.query_params)), _NOTHING)


async def _fresh(request: Request, house: House, desk: Desk) -> Response:
    """The Maven plugin asks for the metrics to be counted anew; here they always are."""
    await run_in_threadpool(_known, request, house, desk)
    return Response(status_code=200)


def _known(request: Request, house: House, desk: Desk) -> Project:
    found = Projects(house, desk.inbox).by_id(request.path_params["uuid"])
    if found is None:
        raise ProjectUnknownError
    return found


def _page(house: House, desk: Desk, given: dict[str, str]) -> Response:
    projects = Projects(house, desk.inbox)
    active_only = flag_of(given, "excludeInactive")
    wanted = [
        one
        for one in projects.all()
        if (not given.get("name") or one.name == given["name"]) and (one.active or not active_only)
    ]
    return shape.page(wanted, *shape.page_of(given), show=partial(_told, projects))


def _told(projects: Projects, project: Project) -> dict[str, Any]:
    return shape.project_of(project, projects.tags_of(project), projects.receipt_of(project))


def _shown(projects: Projects, find: Callable[..., Project | None], *asked: Any) -> Response:
    project = find(*asked)
    if project is None:
        raise ProjectUnknownError
    return json_of(_told(projects, project))


def _changed(request: Request, house: House, desk: Desk, given: dict[str, Any]) -> Response:
    project, client = _known(request, house, desk), _client(request)
    for name, known in (("name", project.name), ("version", project.version)):
        if given.get(name) not in (None, known):
            raise ProjectFixedError
    wanted: list[Ready | None] = []
    if "tags" in given:
        wanted.append(change.tagged(house, project, tags_of(given["tags"]), client))
    if given.get("parent"):
        wanted.append(change.adopted(house, project, _parent(house, desk, given["parent"]), client))
    active = flag_of(given, "active", "isActive")
    latest = flag_of(given, "isLatest")
    if active is not False and (latest is not None or (active and not project.active)):
        wanted.append(change.sent_again(house, project, client, latest=latest))
    places = [one.keep(desk).place for one in wanted if one is not None]
    if active is False:
        places.append(change.close(desk, house, project, client))
    for place in places:
        if (left := _left(house, desk, place)) is not None:
            return left
    projects = Projects(house, desk.inbox)
    return _shown(projects, projects.by_id, project.id)


def _parent(house: House, desk: Desk, given: Any) -> Project:
    number = uuid_of(given if isinstance(given, dict) else {"uuid": given}, "uuid")
    parent = Projects(house, desk.inbox).by_id(number or "")
    if parent is None:
        raise ParentUnknownError
    return parent


def _deleted(request: Request, house: House, desk: Desk) -> Response:
    project = _known(request, house, desk)
    place = change.close(desk, house, project, _client(request))
    return _left(house, desk, place) or Response(status_code=204)


def _left(house: House, desk: Desk, place: Place) -> Response | None:
    """What to say of a change that is not done in time, or cannot be; None where it is done."""
    now = desk.wait(place.id, place.tenant, house.settings.inbox_wait)
    return None if now.state == "done" else answer_of(house, now)


def _client(request: Request) -> str:
    return request.headers.get("user-agent", "")[:200]
