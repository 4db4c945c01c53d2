"""Views of a record, kept while they are asked for: the pages of one answer see one object."""

from __future__ import annotations

from _thread import LockType
from dataclasses import dataclass, field
from threading import Lock
from typing import NamedTuple, Protocol
from weakref import WeakValueDictionary

from lineage.model.identity import Key
from lineage.model.revision import At, Revision, Scope
from lineage.record.build import Built, build
from lineage.record.keeping import Keeping
from lineage.record.renewal import Contents, Renewal
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


@dataclass(slots=True)
class _Estate:
    """What the newest view of a tenant is made from."""

    lock: LockType = field(default_factory=Lock)
    renewal: Renewal | None = None
    revision: int = 0


class _Name(NamedTuple):
    """What a view is of. ``chain`` and ``pack`` are "" where it is past: it never changes."""

    tenant: str
    number: int
    chain: str
    pack: str
    scope: Scope
    stream: str | None
    archived: frozenset[str]

    def is_at(self, at: At) -> bool:
        """Whether it is what is asked for there; ``at`` names its revision."""
        own = (self.tenant, self.number, self.scope, self.stream, self.archived)
        return own == (at.tenant, at.revision, at.scope, at.stream, at.archived)

    def aged(self, pack: str) -> _Name:
        """The name under which it is past, where the pack is as it was; else its own."""
        return self._replace(chain="", pack="") if self.pack == pack else self


class RecordViews:
    """Views by tenant, revision, scope, stream and archived assemblies.

    At most ``kept`` of them are kept, and beside them those that are held. Safe to share between
    threads: those that want one view that is not there yet wait for one maker. The newest revision
    is seen with the newest pack, so its view is made anew where the pack has moved; a past
    revision's never changes, and is the same object as before it was past.
    """

    def __init__(self, record: Snapshots, *, kept: int = 8) -> None:
        self._record = record
        self._views: Keeping[_Name, View] = Keeping(
            max(1, kept), weigh=lambda view: len(view.nodes)
        )
        self._makers: dict[_Name, Lock] = {}
        self._contents: dict[str, Contents] = {}
        self._estates: dict[tuple[str, Scope], _Estate] = {}
        self._lock = Lock()

    def view(self, at: At) -> View:
        """The view at a revision; RevisionUnknownError, StreamInvalidError."""
        name, pack = self._name(at)
        with self._lock:
            known = self._take(name, pack)
            if known is not None:
                return known
            maker = self._makers.setdefault(name, Lock())
        with maker:
            with self._lock:
                known = self._take(name, pack)
            if known is None:
                known = self._make(at, newest=bool(name.chain))
                with self._lock:
                    self._makers.pop(name, None)
                    self._views.put(name, known)
        return known

    def hold(self, at: At) -> None:
        """Keep the views at a revision that are there for a while: somebody comes back to them."""
        with self._lock:
            for name in [name for name, _ in self._views if name.is_at(at)]:
                self._views.hold(name)

    def _name(self, at: At) -> tuple[_Name, str]:
        """What the view is of, and the pack that there is now."""
        head = self._record.head(at.tenant)
        pack = self._record.head(PUBLIC_TENANT).chain
        past = at.revision is not None and at.revision < head.number
        number = at.revision if at.revision is not None else head.number
        # The chain tells a restored database from the one that was read before.
        seen = ("", "") if past else (head.chain, pack)
        return _Name(at.tenant, number, *seen, at.scope, at.stream, at.archived), pack

    def _make(self, at: At, *, newest: bool) -> View:
        """A view; the newest of the estate is carried forward from the one before."""
        with self._lock:
            made = self._contents.setdefault(at.tenant, WeakValueDictionary())
            estate = self._estates.setdefault((at.tenant, at.scope), _Estate())
        if not newest or at.stream is not None or at.archived:
            return self._built(at, self._record.snapshot(at.tenant, at.revision), made).view
        with estate.lock:
            snapshot = self._record.snapshot(at.tenant, at.revision)
            if estate.renewal is not None and snapshot.revision.number >= estate.revision:
                view = estate.renewal.view(snapshot)
                estate.revision = snapshot.revision.number
                if view is not None:
                    return view
            built = self._built(at, snapshot, made)
            if snapshot.revision.number >= estate.revision:
                estate.renewal = Renewal(built, snapshot, made)
                estate.revision = snapshot.revision.number
            return built.view

    @staticmethod
    def _built(at: At, snapshot: Snapshot, made: Contents) -> Built:
        built = build(
            snapshot,
            scope=at.scope,
            stream=at.stream,
            archived=frozenset(Key(key) for key in at.archived),
            made=made,
        )
        made.update((one.content.digest, one.content) for one in built.view.assemblies.values())
        return built

    def _take(self, name: _Name, pack: str) -> View | None:
        known = self._views.get(name)
        if known is not None or name.chain:
            return known
        # What was the newest until now is past: the same view, unless the pack moved meanwhile.
        newest = next((one for one, _ in self._views if one.aged(pack) == name), None)
        return None if newest is None else self._views.rename(newest, name)
