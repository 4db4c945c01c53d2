"""The past as questions see it: what only SQL knows, behind two small ports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lineage.errors import RevisionUnknownError
from lineage.model.claim import Statement
from lineage.model.identity import Key
from lineage.model.revision import Scope
from lineage.record import shelf
from lineage.record.bearing import Bearings
from lineage.record.build import build_view
from lineage.record.cut import Cut, Leaf
from lineage.record.digest import Stamp
from lineage.record.session import Session, Work
from lineage.record.sets import ClaimSets
from lineage.record.shelf import DocumentRow, RevisionRow, Sieve, StreamRow, SubmissionRow
from lineage.record.submitted import submitted
from lineage.record.told import Reads, Told, told
from lineage.record.turn import Turn, statements, turns
from lineage.record.view import View


class Shelf(Protocol):
    """Lists of what came in, up to a revision; newest first, streams by name.

    Keys of a cut: the revision of a submission or revision, the first revision of a document,
    the name of a stream.
    """

    def streams(self, tenant: str, upto: int, cut: Cut) -> Leaf[StreamRow]:
        """Named sources that have sent something."""
        ...

    def documents(self, tenant: str, upto: int, sieve: Sieve, cut: Cut) -> Leaf[DocumentRow]:
        """Documents, equal bytes once."""
        ...

    def submissions(self, tenant: str, upto: int, sieve: Sieve, cut: Cut) -> Leaf[SubmissionRow]:
        """Accepted documents, one row each time."""
        ...

    def revisions(self, tenant: str, upto: int, cut: Cut) -> Leaf[RevisionRow]:
        """Revisions with the submission of each."""
        ...


class Past(Shelf, Protocol):
    """Single claims, and what revisions and documents say."""

    def told(self, tenant: str, upto: int, keys: Iterable[Key]) -> tuple[Told, ...]:
        """Every statement about these keys with its interval, oldest first."""
        ...

    def turns(self, tenant: str, upto: int, cut: Cut) -> Leaf[Turn]:
        """What each revision opened and closed, oldest first; the cut's keys are revisions."""
        ...

    def statements(self, tenant: str, numbers: Iterable[int]) -> Mapping[int, Statement]:
        """Statements by id."""
        ...

    def document(self, tenant: str, text: str) -> Submitted:
        """What a document says, by its receipt's id or its digest; KeyUnknownError."""
        ...

    def revision(self, tenant: str, wanted: int | None) -> int:
        """A revision that there is (None: the newest); RevisionUnknownError."""
        ...

    def revision_at(self, tenant: str, time: datetime) -> int:
        """The newest revision at or before a time (naive: UTC); 0 before the first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """A submission and the view of its claims alone."""

    submission: SubmissionRow
    view: View


class RecordPast:
    """``Past`` over the sessions of a record; ``stamp`` gives the keyed digests of a tenant."""

    def __init__(self, session: Session, sets: ClaimSets, stamp: Callable[[str], Stamp]) -> None:
        self._session = session
        self._sets = sets
        self._stamp = stamp
        self._bearings = Bearings()

    def streams(self, tenant: str, upto: int, cut: Cut) -> Leaf[StreamRow]:
        """Named sources that have sent something, by name."""
        with self._read(tenant) as (work, number):
            return shelf.streams(work, number, upto, cut)

    def documents(self, tenant: str, upto: int, sieve: Sieve, cut: Cut) -> Leaf[DocumentRow]:
        """Documents, equal bytes once, newest first."""
        with self._read(tenant) as (work, number):
            return shelf.documents(work, number, upto, sieve, cut)

    def submissions(self, tenant: str, upto: int, sieve: Sieve, cut: Cut) -> Leaf[SubmissionRow]:
        """Accepted documents, newest first."""
        with self._read(tenant) as (work, number):
            return shelf.submissions(work, number, upto, sieve, cut)

    def revisions(self, tenant: str, upto: int, cut: Cut) -> Leaf[RevisionRow]:
        """Revisions, newest first."""
        with self._read(tenant) as (work, number):
            return shelf.revisions(work, number, upto, cut)

    def told(self, tenant: str, upto: int, keys: Iterable[Key]) -> tuple[Told, ...]:
        """Every statement about these keys with its interval, oldest first."""
        with self._read(tenant) as (work, number):
            reads = Reads(sets=self._sets, bearings=self._bearings)
            return told(work, number, self._stamp(tenant), reads, upto, keys)

    def turns(self, tenant: str, upto: int, cut: Cut) -> Leaf[Turn]:
        """What each revision opened and closed, oldest first."""
        with self._read(tenant) as (work, number):
            return turns(work, number, self._sets, upto, cut)

    def statements(self, tenant: str, numbers: Iterable[int]) -> Mapping[int, Statement]:
        """Statements by id."""
        with self._read(tenant) as (work, number):
            return statements(work, number, sorted(set(numbers)))

    def document(self, tenant: str, text: str) -> Submitted:
        """What a document says: by a receipt's id, or by a digest (its newest submission)."""
        with self._read(tenant) as (work, number):
            sent = shelf.found(work, number, text)
            slot = self._stamp(tenant).name("slot", f"{sent.stream}\0{sent.slot}")
            snapshot = submitted(work, number, tenant, self._sets, sent, slot)
        return Submitted(submission=sent, view=build_view(snapshot, scope=Scope.ALL))

    def revision(self, tenant: str, wanted: int | None) -> int:
        """A revision that there is (None: the newest); RevisionUnknownError."""
        with self._session.read(tenant) as work:
            row = work.one("SELECT head FROM tenant WHERE name = ?", tenant)
        head = int(row[0]) if row else 0
        if wanted is not None and not 0 <= wanted <= head:
            raise RevisionUnknownError(wanted=wanted, newest=head)
        return head if wanted is None else wanted

    def revision_at(self, tenant: str, time: datetime) -> int:
        """The newest revision at or before a time (naive: UTC); 0 before the first."""
        with self._read(tenant) as (work, number):
            return shelf.newest_at(work, number, time)

    @contextmanager
    def _read(self, tenant: str) -> Iterator[tuple[Work, int]]:
        with self._session.read(tenant) as work:
            row = work.one("SELECT id FROM tenant WHERE name = ?", tenant)
            yield work, row[0] if row else 0  # no tenant has the number 0: nothing is found
