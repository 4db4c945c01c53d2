"""The door: every request gets a principal here, or no answer.

Design section 12. On a loopback address a request without a token is answered as long as it comes
from this machine to this machine; any other address needs a token for everything but the pages
that say nothing of what is recorded.
"""

from __future__ import annotations

import logging
import time
from collections.abc import MutableMapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.graphql import page
from api.house import House
from api.loopback import is_loopback, refusal
from api.rest.problem import problem, problem_of
from api.security.auditor import Auditor
from api.security.principal import Principal, local, principal_of
from lineage.errors import DatabaseUnreachableError, LineageError, TokenRefusedError
from lineage.record.audit import Deed, Entry
from lineage.record.fault import Outage, is_away
from lineage.record.token import Right, Tokens

_LOG = logging.getLogger("lineage.door")
# Neither names nor numbers of what is recorded stand there.
OPEN = frozenset(
    {"/", "/docs", "/schema.graphql", "/openapi.json", "/healthz", "/readyz", "/api/version"}
)
# Whoever comes there proves himself by the secret of a hook, in what he sends.
PROVEN = "/hooks/"
_HOUSE, _NOTES = "lineage.house", "lineage.notes"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
# Refused tokens that are written to the trail in a minute; more only cost disk.
_REFUSED_A_MINUTE = 60


@dataclass(slots=True)
class Notes:
    """What a handler knows of its request for the audit trail.

    ``write`` is None where only the method tells. ``principal`` is whom the handler has found
    behind a request that came without a token.
    """

    operation: str = ""
    about: str = ""
    cost: int | None = None
    revision: int | None = None
    result: str = ""
    write: bool | None = None
    principal: Principal | None = None


def house_of(request: Request, *rights: Right) -> House:
    """The house as the sender of a request may see it; RightMissingError without any of the rights.

    Every handler asks for it here and names the rights it needs: any one of them will do, none
    where it tells nothing of what is recorded or where somebody else asks for the right.
    """
    house: House = request.scope[_HOUSE]
    if rights:
        house.principal.require(*rights)
    return house


def notes_of(request: Request) -> Notes:
    """The request's notes for the audit trail."""
    found: Notes = request.scope.setdefault(_NOTES, Notes())
    return found


class Door:
    """ASGI middleware: 401 or 403, or the house of whoever came, in the scope."""

    def __init__(self, app: ASGIApp, house: House, auditor: Auditor, served: set[str]) -> None:
        self._app = app
        self._served = served
        self._house = house
        self._tokens = Tokens(house.record.session)
        self._auditor = auditor
        settings = house.settings
        self._local = is_loopback(settings.host) and not settings.require_token
        self._nobody = Principal(tenant=settings.tenant, rights=frozenset())
        self._origins = settings.origins
        self._refused: tuple[float, int] = (0.0, 0)
        self._away = Outage(_LOG, "requests are answered 503: the database does not answer")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        text = None
        try:
            text = _token(headers)
            if text is not None:
                token = await run_in_threadpool(self._tokens.verify, text)
                principal = principal_of(token)
            elif scope["path"].startswith(PROVEN):
                principal = self._nobody
            elif self._local:
                if reason := refusal(headers, self._origins):
                    notes_of(Request(scope)).result = "LOOPBACK_ONLY"
                    await problem(403, "LOOPBACK_ONLY", reason)(scope, receive, send)
                    return
                principal = local(self._house.settings.tenant)
            elif scope["path"] in OPEN or page.is_asked_for(scope):
                principal = self._nobody
            else:
                reason = "A token is needed: Authorization: Bearer TOKEN, or X-Api-Key"
                raise TokenRefusedError(reason=reason)
        except LineageError as error:
            if text is not None:
                self._note_refusal(scope, headers, error)
            notes_of(Request(scope)).result = error.code
            response = problem_of(error)
            response.headers["WWW-Authenticate"] = 'Bearer realm="lineage"'
            await response(scope, receive, send)
            return
        except Exception as error:  # noqa: BLE001 - what is not of the database is raised again
            await self._say_away(error, scope, receive, send)
            return
        deed = Deed(
            who=principal.name or "local",
            operation=f"{scope['method']} {scope['path']}",
            token=principal.token,
            client=headers.get("user-agent", ""),
        )
        principal = replace(principal, deed=deed)
        if principal.rights:
            self._served.add(principal.tenant)
        scope[_HOUSE] = self._house.of(principal)
        await self._answer(scope, receive, send, principal, headers)

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, principal: Principal, headers: Headers
    ) -> None:
        status, begun = 500, False

        async def watched(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                status, begun = message["status"], True
            await send(message)

        notes: Notes = scope.setdefault(_NOTES, Notes())
        try:
            await self._app(scope, receive, watched)
            if scope["path"].startswith("/v1/") and status < 400:  # others may not have asked it
                self._away.over()
        except Exception as error:
            if begun:
                raise
            await self._say_away(error, scope, receive, watched)
        finally:
            self._note(scope, headers, notes.principal or principal, notes, status)

    async def _say_away(self, error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
        """503 where the database does not answer; anything else goes on its way."""
        if not is_away(error):
            raise error
        self._away.met(error)
        said = DatabaseUnreachableError(reason="it does not answer now")
        notes_of(Request(scope)).result = said.code
        await problem_of(said)(scope, receive, send)

    def _note(
        self,
        scope: MutableMapping[str, Any],
        headers: Headers,
        principal: Principal,
        notes: Notes,
        status: int,
    ) -> None:
        deed = principal.deed
        if deed is not None and deed.noted and status < 400 and notes.result in ("", "ok"):
            return  # its row was written with what it wrote
        write = notes.write if notes.write is not None else scope["method"] not in _READING
        chosen = self._house.settings.audit
        wanted = write or (chosen == "tokens" and principal.token is not None) or chosen == "all"
        if not wanted or (scope["path"] in OPEN and not write):
            return
        self._auditor.take(
            Entry(
                tenant=principal.tenant,
                who=principal.name or "local",
                token=principal.token,
                client=headers.get("user-agent", ""),
                operation=notes.operation or f"{scope['method']} {_route(scope)}",
                about=notes.about,
                cost=notes.cost,
                result=notes.result or ("ok" if status < 400 else str(status)),
                revision=notes.revision,
            )
        )

    def _note_refusal(
        self, scope: MutableMapping[str, Any], headers: Headers, error: LineageError
    ) -> None:
        since, count = self._refused
        now = time.monotonic()
        if now - since > 60:
            since, count = now, 0
        self._refused = (since, count + 1)
        if count >= _REFUSED_A_MINUTE:
            return
        self._auditor.take(
            Entry(
                tenant=self._house.settings.tenant,
                who="",
                client=headers.get("user-agent", ""),
                operation=f"{scope['method']} {scope['path']}",
                about=str(error),
                result=error.code,
            )
        )


def _token(headers: Headers) -> str | None:
    """The token that a request names; ``X-Api-Key`` counts as much as ``Authorization``.

    TokenRefusedError where it names two that differ: what stands between might read the other one.
    """
    pairs = [one.partition(" ") for one in headers.getlist("authorization")]
    named = {text.strip() for scheme, _, text in pairs if scheme.lower() == "bearer"}
    named |= {text.strip() for text in headers.getlist("x-api-key")}
    if len(named) > 1:
        raise TokenRefusedError(reason="The request names two tokens")
    return next(iter(named), None)


def _route(scope: MutableMapping[str, Any]) -> str:
    path: str = getattr(scope.get("route"), "path", scope["path"])
    return path
