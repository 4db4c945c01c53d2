"""The opened house: the record, the questions' handle, and where in time a question is asked.

The house that was opened is somebody's on this machine; ``of`` gives the same house as another
principal sees it. Handlers of a request take theirs from ``api.security.door.house_of``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from api.answers import Answers
from api.security.principal import Principal, local
from api.settings import Settings
from lineage import flow
from lineage.errors import KeyUnknownError, RevisionUnknownError, StaleError
from lineage.model.document import Receipt, Upload
from lineage.model.revision import At, Revision, Scope
from lineage.record.audit import Deed
from lineage.record.follower import awaited
from lineage.record.store import Record
from lineage.record.stream import PUBLIC_TENANT
from lineage.record.token import Right
from queries.asking import ask
from queries.question import Handle, catalogue_of
from queries.ruling import lay_out


@dataclass(slots=True, kw_only=True)
class House:
    """Everything an installation answers from, as one principal sees it; threads may share it.

    ``settings.tenant`` is the principal's tenant. ``record`` lets it write to its own streams only.
    """

    settings: Settings
    record: Record
    handle: Handle
    principal: Principal = field(default_factory=lambda: local("default"))
    _answers: Answers = field(default_factory=Answers)

    def of(self, principal: Principal) -> House:
        """The same house, with its caches, as another principal sees it."""
        changed = {"tenant": principal.tenant}
        same = principal.tenant == self.settings.tenant
        return House(
            settings=self.settings if same else self.settings.model_copy(update=changed),
            record=self.record.through(principal.deed).limited(
                principal.name or "local", principal.writes_to
            ),
            handle=self.handle,
            principal=principal,
            _answers=self._answers,
        )

    def through(self, deed: Deed | None) -> House:
        """The same house, with its caches; what is written through it is this deed's."""
        return replace(self, record=self.record.through(deed))

    def close(self) -> None:
        """Close the engine and the record; nothing can be asked after it."""
        try:
            self.handle.engine.close()
        finally:
            self.record.close()

    def lay_out(self) -> None:
        """Make what the first question and the first list would have to make; nothing is asked.

        Raises what reading the newest view raises.
        """
        at = self.at()
        view = self.handle.views.view(at)
        self.handle.engine.apply(at)
        catalogue_of(self.handle, at)
        lay_out(view)

    def receive(self, upload: Upload) -> Receipt:
        """Read, normalise and append a document for the principal, whoever the upload names.

        Raises what ``flow.receive`` raises, RightMissingError, StreamForbiddenError.
        """
        self.principal.require(Right.INGEST)
        who = self.principal.name or upload.principal
        upload = replace(upload, tenant=self.settings.tenant, principal=who)
        return flow.receive(self.record, upload, limit=self.settings.max_document)

    def seen_as(self) -> str:
        """What decides what is seen here: answers that differ in it must not be shared."""
        return self.settings.tenant

    def head(self) -> Revision:
        """The newest revision of the tenant."""
        return self.record.head(self.settings.tenant)

    def awaited(self, number: int, seconds: float) -> Revision:
        """The newest revision, as soon as it is ``number`` or above, else when the time is over."""
        return awaited(self.record, self.settings.tenant, number, seconds)

    def receipt(self, id: str, *, unchanged: bool = False) -> Receipt:  # noqa: A002
        """The receipt of a submission; KeyUnknownError."""
        if not id.isalnum():  # an id is hex; not every database takes every character
            raise KeyUnknownError(text=id, revision=self.head().number)
        return replace(self.record.receipt(id, self.settings.tenant), unchanged=unchanged)

    def at(
        self,
        *,
        as_of: str | None = None,
        at_least: int | None = None,
        scope: str = Scope.DEFAULT.value,
        stream: str | None = None,
        wait: bool = True,
    ) -> At:
        """Where to ask, pinned to a revision, so that one answer never mixes two.

        ``as_of`` is a revision or a time (ISO 8601). Waits for ``at_least``, then StaleError;
        at once without ``wait``. Raises RevisionUnknownError.
        """
        newest = self._awaited(at_least, self.settings.at_least_wait if wait else 0.0)
        number = newest.number if as_of is None else self._as_of(as_of, newest.number)
        return At(
            tenant=self.settings.tenant, revision=number, scope=Scope(scope), stream=stream or None
        )

    def ask(self, question: Any) -> Any:
        """The answer to a question; the same object while it is one of the last ones given."""
        # A past answer never changes; the newest one does when the public pack moves. The chain
        # tells a restored database from the one that was asked before.
        head = self.head()
        chain = head.chain if question.at.revision == head.number else ""
        key = (question, chain, self.record.head(PUBLIC_TENANT).chain)
        if getattr(type(question), "UNREVISIONED", False) or not _can_be_kept(question):
            return ask(self.handle, question)
        return self._answers.get(key, lambda: self._answered(question))

    def _answered(self, question: Any) -> Any:
        """The answer, out of an earlier one where no revision since has changed what is seen."""
        at: At = question.at
        if getattr(type(question), "OF_RECORD", False):
            return ask(self.handle, question)
        view = self.handle.views.view(at)
        settled = view.settled
        if settled == view.revision:
            return ask(self.handle, question)
        earlier = replace(question, at=replace(at, revision=settled.number))
        key = (earlier, settled.chain, self.record.head(PUBLIC_TENANT).chain)
        found = self._answers.get(key, lambda: ask(self.handle, question))
        return replace(found, revision=view.revision.number)

    def ask_at(self, question: Any, revision: int) -> Any:
        """The answer to the same question at another revision."""
        return self.ask(replace(question, at=replace(question.at, revision=revision)))

    def sealing_key(self) -> bytes:
        """A key for cursors, made from the installation's secret; 32 bytes."""
        stamp = self.record.stamp(self.settings.tenant)
        parts = [stamp.name("cursor", str(number)) for number in range(4)]
        return b"".join((part & (2**64 - 1)).to_bytes(8) for part in parts)

    def _awaited(self, at_least: int | None, seconds: float) -> Revision:
        newest = self.awaited(at_least or 0, seconds)
        if at_least is not None and newest.number < at_least:
            raise StaleError(wanted=at_least, newest=newest.number)
        return newest

    def _as_of(self, text: str, newest: int) -> int:
        if text.isdecimal():
            number = int(text)
            if number > newest:
                raise RevisionUnknownError(wanted=number, newest=newest)
            return number
        try:
            moment = datetime.fromisoformat(text)
            aware = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            wanted = f"'{text}' (say a number, or a time such as 2026-11-21T09:30)"
            raise RevisionUnknownError(wanted=wanted, newest=newest) from None
        return self.record.revision_at(aware, self.settings.tenant).number


def _can_be_kept(question: Any) -> bool:
    """Whether it has a hash: the places that a page goes on from are any JSON."""
    try:
        hash(question)
    except TypeError:
        return False
    return True
