"""A server's house, with what commands need of one: where to ask, ask, act, send a document."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import orjson

from api.act import ACTS, Act
from api.decoding import ShapeError, decode
from api.ingested import Ingestion
from api.remote.failure import ServerError, ServerReleaseError
from api.remote.wire import Wire
from api.version import release
from api.whole import TOLD, Written, header_of
from lineage import flow
from lineage.errors import LineageError
from lineage.export.cyclonedx import Export
from lineage.model.document import Receipt, Upload
from lineage.model.revision import At, Revision, Scope
from queries.asking import asked_of
from queries.narrowed import Sifting

if TYPE_CHECKING:
    from api.gate import Gate
    from lineage.vocabulary.rows import VerdictRow
    from queries.impact import Impact

_POLL = 0.25
UNSAID = "Lineage-Unsaid"
_FLAGS = ("default", "latest")
_TEXTS = ("name", "format", "subject", "stream", "part", "branch", "commit", "job")


class RemoteHouse:
    """What an installation behind a server answers. Every method raises the server's failures."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._namespaces: dict[str, tuple[str, bool]] = {}

    def head(self) -> Revision:
        """The newest revision."""
        told = self._wire.get("/v1/revision")
        newest: Revision = self._decoded(Revision, told["revision"])
        return newest

    def at(
        self,
        *,
        as_of: str | None = None,
        at_least: int | None = None,
        scope: str = Scope.DEFAULT.value,
        stream: str | None = None,
    ) -> At:
        """Where to ask, pinned to a revision by the server."""
        given = {"as_of": as_of, "at_least": at_least}
        told = self._wire.get(
            "/v1/revision", {name: value for name, value in given.items() if value is not None}
        )
        revision: Revision = self._decoded(Revision, told["revision"])
        return At(
            tenant=told["tenant"], revision=revision.number, scope=Scope(scope),
            stream=stream or None,
        )  # fmt: skip

    def ask(self, question: Any, sifting: Sifting | None = None) -> Any:
        """The answer, of the question's own type; ``sifting`` says which rows of it."""
        asked = asked_of(question)
        given = _fields(question) | (_said(sifting) if sifting else {})
        found = self._wire.post(f"/v1/ask/{asked.name}", given)
        return self._decoded(asked.answer, found)

    def gate(self, question: Impact, fail_on: VerdictRow, sifting: Sifting | None = None) -> Gate:
        """Whether a change passes a threshold: a token that is good for no more may ask this."""
        from api.gate import Gate

        given = _fields(question) | (_said(sifting) if sifting else {})
        found: Gate = self._decoded(
            Gate, self._wire.post("/v1/ask/gate", {**given, "fail_on": fail_on.name})
        )
        return found

    def rows(self, question: Any, form: str, most: int | None = None) -> Written:
        """The rows of a list question, as the server writes them."""
        given = {
            name: value
            for name, value in _fields(question).items()
            if name != "first" and value not in (None, (), False)
        }
        if most is not None:
            given["first"] = most
        texts = {
            name: value if isinstance(value, str) else orjson.dumps(value).decode()
            for name, value in given.items()
        }
        pieces, headers = self._wire.stream(f"/v1/{asked_of(question).name}.{form}", texts)
        counts = {name: headers.get(header_of(name), "") for name in TOLD}
        told = {name: int(count) for name, count in counts.items() if count.isdecimal()}
        return Written(told=told, pieces=pieces)

    def bom(self, key: str, at: At) -> Export:
        """A CycloneDX bill of materials of what is named, byte for byte as the server makes it."""
        given: dict[str, Any] = {"key": key, "scope": at.scope.value}
        given |= {"as_of": at.revision} if at.revision is not None else {}
        given |= {"stream": at.stream} if at.stream is not None else {}
        content, headers = self._wire.fetch("/v1/bom", given)
        pairs = [one.partition("=") for one in headers.get(UNSAID, "").split(", ") if "=" in one]
        unsaid = {kind: int(count) for kind, _, count in pairs if count.isdecimal()}
        return Export(content=content, unsaid=unsaid)

    def act(self, act: Act) -> Ingestion:
        """Do what somebody claims by hand; a receipt for each document."""
        name = next(name for name, kind in ACTS.items() if isinstance(act, kind))
        done: Ingestion = self._decoded(Ingestion, self._wire.post(f"/v1/{name}", act))
        return done

    def take(
        self, upload: Upload, *, beside: Collection[tuple[str, str]] = (), otherwise: str = ""
    ) -> Receipt:
        """Send a document; its receipt.

        What it would replace among ``beside`` is found out here, by reading it as the server will.
        """
        if beside and not upload.part and self._place_of(upload) in beside:
            upload = replace(upload, part=otherwise)
        said = {name: getattr(upload, name) for name in _TEXTS if getattr(upload, name)}
        for name in _FLAGS:
            if (flag := getattr(upload, name)) is not None:
                said[name] = "true" if flag else "false"
        if upload.lenient:
            said["lenient"] = "true"
        told = self._wire.post_document("/v1/documents", said, upload.content)
        if "state" in told:  # accepted, and not recorded yet
            told = self._recorded(told)
        receipt: Receipt = self._decoded(Receipt, told)
        return receipt

    def _recorded(self, item: Any) -> Any:
        """The receipt of an inbox item, once there is one."""
        while item["finished"] is None:
            time.sleep(_POLL)
            item = self._wire.get(f"/v1/inbox/{item['id']}")
        if item["receipt"] is None:
            raise ServerError(item["code"] or "INTERNAL", item["error"] or item["state"])
        receipt = self._wire.get(f"/v1/receipts/{item['receipt']}")
        return receipt | {"unchanged": item["unchanged"]}

    def _place_of(self, upload: Upload) -> tuple[str, str] | None:
        namespace, lenient = self._reading_of(upload.stream)
        try:
            return flow.place_of(upload, namespace=namespace, lenient=lenient)
        except LineageError:
            return None  # the server says it better

    def _reading_of(self, stream: str | None) -> tuple[str, bool]:
        """How documents of a stream are read there: the namespace, and whether leniently."""
        name = stream or ""
        if name not in self._namespaces:
            told = self._wire.get("/v1/revision", {"stream": name} if name else None)
            self._namespaces[name] = (told["namespace"], told["lenient"])
        return self._namespaces[name]

    def _decoded(self, kind: type[Any], value: Any) -> Any:
        try:
            return decode(kind, value)
        except ShapeError as error:
            reason = f"its answer cannot be read ({error}); the older of the two has to be renewed"
            raise ServerReleaseError(
                theirs=self._wire.theirs, ours=release(), reason=reason
            ) from None


def _said(value: Any) -> dict[str, Any]:
    """The fields of a value by name, but for its place."""
    return {one.name: getattr(value, one.name) for one in fields(value) if one.name != "at"}


def _fields(question: Any) -> dict[str, Any]:
    """A question as it is sent: its own fields, and the place that it is pinned to."""
    at: At = question.at
    found = _said(question)
    found["scope"] = at.scope.value
    if at.revision is not None:
        found["as_of"] = str(at.revision)
    if at.stream is not None:
        found["stream"] = at.stream
    return found
