"""Views of a record, kept while they are asked for: the pages of one answer see one object."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Protocol

from lineage.model.identity import Key
from lineage.model.revision import At, Revision, Scope
from lineage.record.build import build_view
from lineage.record.snapshot import Snapshot
from lineage.record.stream import PUBLIC_TENANT
from lineage.record.view import View


class Snapshots(Protocol):
    """Where snapshots come from: the store."""

    def snapshot(self, tenant: str = "default", revision: int | None = None) -> Snapshot:
        """Everything that is alive at a revision (None: the newest); RevisionUnknownError."""
        ...

    def head(self, tenant: str = "default") -> Revision:
        """The newest revision of a tenant."""
        ...


_Name = tuple[str, int, str, Scope, str | None, frozenset[str]]


class RecordViews:
    """Views by tenant, revision, scope, stream and archived assemblies; at most ``kept`` of them.

    Safe to share between threads: those that want one view that is not there yet wait for one
    maker. The newest revision is seen with the newest pack, so its view is made anew where the
    pack has moved; a past revision's never changes.
    """

    def __init__(self, record: Snapshots, *, kept: int = 8) -> None:
        self._record = record
        self._kept = max(1, kept)
        self._views: OrderedDict[_Name, View] = OrderedDict()
        self._makers: dict[_Name, Lock] = {}
        self._lock = Lock()

    def view(self, at: At) -> View:
        """The view at a revision; RevisionUnknownError, StreamInvalidError."""
        name = self._name(at)
        with self._lock:
            known = self._take(name)
            if known is not None:
                return known
            maker = self._makers.setdefault(name, Lock())
        with maker:
            with self._lock:
                known = self._take(name)
            if known is None:
                known = self._make(at)
                with self._lock:
                    self._keep(name, known)
        return known

    def _name(self, at: At) -> _Name:
        head = self._record.head(at.tenant)
        past = at.revision is not None and at.revision < head.number
        number = at.revision if at.revision is not None else head.number
        # The chain tells a restored database from the one that was read before.
        seen = "" if past else f"{head.chain} {self._record.head(PUBLIC_TENANT).chain}"
        return (at.tenant, number, seen, at.scope, at.stream, at.archived)

    def _make(self, at: At) -> View:
        with self._lock:
            others = [view for name, view in self._views.items() if name[0] == at.tenant]
        return build_view(
            self._record.snapshot(at.tenant, at.revision),
            scope=at.scope,
            stream=at.stream,
            archived=frozenset(Key(key) for key in at.archived),
            made={
                one.content.digest: one.content
                for view in others
                for one in view.assemblies.values()
            },
        )

    def _take(self, name: _Name) -> View | None:
        known = self._views.get(name)
        if known is not None:
            self._views.move_to_end(name)
        return known

    def _keep(self, name: _Name, view: View) -> None:
        self._makers.pop(name, None)
        self._views[name] = view
        while len(self._views) > self._kept:
            self._views.popitem(last=False)
