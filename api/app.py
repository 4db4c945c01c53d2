"""The web application: GraphQL, REST, the start page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from strawberry import Schema

from api import start
from api.cors import add_cors
from api.graphql import page
from api.graphql.execution import Executor
from api.graphql.http import answer_http
from api.graphql.schema import build_schema
from api.hooks.dependency_track.route import add_dependency_track
from api.hooks.openlineage import add_openlineage
from api.hooks.webhook import delivery, retirement
from api.hooks.webhook.route import add_hooks
from api.house import House
from api.inbox import closing, document
from api.inbox.desk import Desk
from api.metrics import Metrics, Timing
from api.release import ReleaseHeader
from api.rest import health
from api.rest.bom import add_bom
from api.rest.description import PARAMETERS, RESPONSES
from api.rest.documents import get_item, get_receipt, post_document
from api.rest.problem import problem, problem_of
from api.rest.routes import add_routes
from api.security.auditor import Auditor
from api.security.door import Door, house_of, notes_of
from api.version import release
from lineage.errors import LineageError, RightMissingError
from lineage.model.revision import At
from lineage.record.audit import Trail
from lineage.record.follower import Follower
from lineage.record.token import Right

_OUTCOMES = {200: "unchanged", 201: "recorded", 202: "accepted"}


def create_app(house: House, schema: Schema | None = None) -> FastAPI:
    """The application over an opened house. Who may come in is said in ``api.security.door``.

    ``schema`` is built from the vocabulary where it is not given.
    """
    schema = schema or build_schema()
    executor = Executor(schema, house)
    metrics = Metrics(house)
    auditor = Auditor(Trail(house.record.session))
    desk = Desk(
        house,
        {
            document.KIND: document.record,
            closing.KIND: closing.record,
            delivery.KIND: delivery.Following(metrics=metrics),
            retirement.KIND: retirement.record,
        },
    )
    served: set[str] = set()  # tenants that somebody asked about: their graphs are kept at hand

    def warm(tenant: str) -> None:
        house.handle.engine.apply(At(tenant=tenant))

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        with Follower(house.record, lambda: served, warm):
            desk.start()
            yield
            await run_in_threadpool(desk.close)
        await run_in_threadpool(auditor.close)

    app = FastAPI(
        lifespan=lifespan,
        title="Lineage",
        version=release(),
        summary="A graph database of what an organisation's AI is made of.",
        docs_url=None,
        redoc_url=None,
    )
    app.state.house = house
    app.state.auditor = auditor
    app.state.desk = desk
    _add_web(app, house, executor, schema)
    _add_rest(app, metrics, desk)
    add_routes(app)
    add_bom(app)
    add_openlineage(app, desk)
    add_dependency_track(app, desk)
    add_hooks(app, desk, metrics)
    _add_failures(app)
    app.add_middleware(Door, house=house, auditor=auditor, served=served)
    app.add_middleware(Timing, metrics=metrics)
    add_cors(app, house.settings)
    app.add_middleware(ReleaseHeader)
    return app


def _add_web(app: FastAPI, house: House, executor: Executor, schema: Schema) -> None:
    @app.get("/", include_in_schema=False)
    async def root() -> Response:
        return HTMLResponse(start.page(house.settings), headers=start.HEADERS)

    @app.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return HTMLResponse(start.docs(app.openapi()), headers=start.HEADERS)

    @app.get("/schema.graphql", include_in_schema=False)
    async def schema_text() -> Response:
        return PlainTextResponse(schema.as_str() + "\n")

    methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]

    @app.api_route(page.ADDRESS, methods=methods, include_in_schema=False)
    async def graphql(request: Request) -> Response:
        if page.is_asked_for(request.scope):
            text = await run_in_threadpool(page.page_of, house_of(request))
            return HTMLResponse(text, headers={**start.HEADERS, "Vary": "Accept"})
        return await answer_http(request, executor, house.settings.max_query)


def _add_rest(app: FastAPI, metrics: Metrics, desk: Desk) -> None:
    @app.post(
        "/v1/documents",
        status_code=201,
        responses=RESPONSES,
        openapi_extra=PARAMETERS,
        summary="Send a document",
        description=post_document.__doc__,
    )
    async def documents(request: Request) -> Response:
        try:
            response = await post_document(request, house_of(request, Right.INGEST), desk)
        except LineageError:
            metrics.documents.labels("refused").inc()
            raise
        outcome = _OUTCOMES.get(response.status_code, "refused")
        metrics.documents.labels(outcome).inc()
        return response

    @app.get("/v1/inbox/{id}", responses=RESPONSES, summary="What became of what was accepted")
    async def item(id: str, request: Request) -> Response:  # noqa: A002
        return await get_item(id, house_of(request, Right.READ, Right.INGEST), desk)

    @app.get("/v1/receipts/{id}", responses=RESPONSES, summary="The receipt of a submission")
    async def receipt(id: str, request: Request) -> Response:  # noqa: A002
        return await get_receipt(id, house_of(request, Right.READ, Right.INGEST))

    @app.get("/healthz", summary="Whether the process answers")
    async def healthz() -> Response:
        return health.alive()

    @app.get("/readyz", summary="Whether the database is there, with the schema needed")
    async def readyz(request: Request) -> Response:
        return await run_in_threadpool(health.ready, house_of(request))

    @app.get("/metrics", include_in_schema=False)
    async def exposed(request: Request) -> Response:
        whose = house_of(request, Right.ADMIN)
        if whose.settings.tenant != metrics.tenant:  # they count what all tenants do
            raise RightMissingError(right=f"admin of {metrics.tenant}", who=whose.principal.name)
        return await run_in_threadpool(metrics.exposed)


def _add_failures(app: FastAPI) -> None:
    @app.exception_handler(LineageError)
    async def expected(request: Request, error: LineageError) -> Response:
        notes_of(request).result = error.code
        return problem_of(error)

    @app.exception_handler(HTTPException)
    async def refused(_request: Request, error: HTTPException) -> Response:
        code = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}.get(error.status_code, "HTTP")
        response = problem(error.status_code, code, str(error.detail))
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(Exception)
    async def unexpected(_request: Request, _error: Exception) -> Response:
        return problem(500, "INTERNAL", "Something went wrong.")
