"""A server's house, with what commands need of one: where to ask, ask, act, send a document."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, replace
from typing import Any

from api.act import ACTS, Act
from api.decoding import ShapeError, decode
from api.ingested import Ingestion
from api.remote.failure import ServerReleaseError
from api.remote.wire import Wire
from api.version import release
from lineage import flow
from lineage.errors import LineageError
from lineage.model.document import Receipt, Upload
from lineage.model.revision import At, Revision, Scope
from queries.asking import questions

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

    def ask(self, question: Any) -> Any:
        """The answer, of the question's own type."""
        asked = next(one for one in questions().values() if type(question) is one.question)
        body = {
            one.name: getattr(question, one.name) for one in fields(question) if one.name != "at"
        }
        at: At = question.at
        body["scope"] = at.scope.value
        if at.revision is not None:
            body["as_of"] = str(at.revision)
        if at.stream is not None:
            body["stream"] = at.stream
        return self._decoded(asked.answer, self._wire.post(f"/v1/ask/{asked.name}", body))

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
        receipt: Receipt = self._decoded(
            Receipt, self._wire.post_document("/v1/documents", said, upload.content)
        )
        return receipt

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
