"""The house of this machine, with what commands need of one; a server's has the same methods."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from api.act import Act, Author, perform
from api.bom import bom_of
from api.house import House
from api.ingested import Ingestion
from api.whole import Written, written
from lineage import flow
from lineage.export.cyclonedx import Export
from lineage.model.document import Receipt, Upload
from lineage.model.revision import At, Revision
from lineage.record.audit import Deed
from queries.narrowed import Sifting, narrowed

if TYPE_CHECKING:
    from api.gate import Gate
    from lineage.vocabulary.rows import VerdictRow
    from queries.impact import Impact


class AnyHouse(Protocol):
    """What commands ask, whether it is a database of this machine or a server."""

    def head(self) -> Revision:
        """The newest revision."""
        ...

    def at(
        self,
        *,
        as_of: str | None = None,
        at_least: int | None = None,
        scope: str = "default",
        stream: str | None = None,
    ) -> At:
        """Where to ask, pinned to a revision."""
        ...

    def ask(self, question: Any, sifting: Sifting | None = None) -> Any:
        """The answer to a question; ``sifting`` says which rows of it."""
        ...

    def gate(self, question: Impact, fail_on: VerdictRow, sifting: Sifting | None = None) -> Gate:
        """Whether a change passes a threshold, with the answer that decides it."""
        ...

    def rows(self, question: Any, form: str, most: int | None = None) -> Written:
        """The rows of a list question, written in a form to the end or at most so many."""
        ...

    def bom(self, key: str, at: At) -> Export:
        """A CycloneDX bill of materials of what is named."""
        ...

    def act(self, act: Act) -> Ingestion:
        """Do what somebody claims by hand."""
        ...

    def take(
        self, upload: Upload, *, beside: Collection[tuple[str, str]] = (), otherwise: str = ""
    ) -> Receipt:
        """Read, normalise and append a document (see ``lineage.flow.receive``)."""
        ...


class NearHouse:
    """A database of this machine. ``operation`` is the command, for the audit trail."""

    def __init__(self, house: House, author: Author, operation: str) -> None:
        deed = Deed(who=author.principal, operation=operation, client=author.client)
        self._house = house.through(deed)
        self._author = author

    def head(self) -> Revision:
        """The newest revision."""
        return self._house.head()

    def at(
        self,
        *,
        as_of: str | None = None,
        at_least: int | None = None,
        scope: str = "default",
        stream: str | None = None,
    ) -> At:
        """Where to ask, pinned to a revision."""
        return self._house.at(as_of=as_of, at_least=at_least, scope=scope, stream=stream)

    def ask(self, question: Any, sifting: Sifting | None = None) -> Any:
        """The answer to a question; ``sifting`` says which rows of it."""
        answer = self._house.ask(question)
        return narrowed(answer, sifting or Sifting(), question.at, self._house.handle)

    def gate(self, question: Impact, fail_on: VerdictRow, sifting: Sifting | None = None) -> Gate:
        """Whether a change passes a threshold, with the answer that decides it."""
        from api.gate import gate_of

        return gate_of(self.ask(question, sifting), fail_on)

    def rows(self, question: Any, form: str, most: int | None = None) -> Written:
        """The rows of a list question, written in a form."""
        return written(self._house.handle, question, form, most)

    def bom(self, key: str, at: At) -> Export:
        """A CycloneDX bill of materials of what is named."""
        return bom_of(self._house.handle, key, at)

    def act(self, act: Act) -> Ingestion:
        """Do what somebody claims by hand."""
        return perform(self._house, act, self._author)

    def take(
        self, upload: Upload, *, beside: Collection[tuple[str, str]] = (), otherwise: str = ""
    ) -> Receipt:
        """Read, normalise and append a document."""
        upload = replace(
            upload, principal=self._author.principal, client=self._author.client,
            tenant=self._house.settings.tenant,
        )  # fmt: skip
        return flow.receive(
            self._house.record, upload, limit=self._house.settings.max_document, beside=beside,
            otherwise=otherwise,
        )  # fmt: skip
