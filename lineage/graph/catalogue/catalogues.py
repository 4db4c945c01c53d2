"""Where catalogues come from: one for each view, the next made of the one before."""

from __future__ import annotations

from _thread import LockType
from collections.abc import Callable
from dataclasses import replace
from threading import Lock
from typing import Any, Protocol

from lineage.graph.catalogue import assembly, component
from lineage.graph.catalogue.assembly import (
    Resolve,
    assemblies_of,
    changed_assemblies,
)
from lineage.graph.catalogue.catalogue import Catalogue
from lineage.graph.catalogue.component import changed_keys, components_of
from lineage.graph.catalogue.held import Heap
from lineage.graph.catalogue.order import By, Order
from lineage.graph.catalogue.standing import moved_standing, standing_of
from lineage.graph.projection.projection import Projection
from lineage.graph.projection.projector import Projector
from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.record.keeping import Keeping
from lineage.record.view import Assembly, View, Views

SHARE = 4
"""Where more than one row in so many is another, all are made anew (0: never)."""
_SPARE = 4096
OrderName = tuple[str, tuple[By, ...]]


class Catalogues(Protocol):
    """The port: the catalogue next to the engine, at the same revision."""

    def catalogue(self, at: At) -> Catalogue:
        """The catalogue of a view; RevisionUnknownError, StreamInvalidError."""
        ...

    def hold(self, at: At) -> None:
        """Keep the catalogue of a view for a while: a cursor of it was given away."""
        ...


class ViewCatalogues:
    """Catalogues of the views asked for last, at most ``kept``, and of those that are held.

    Safe to share between threads.

    The catalogue of a view is made of that of another view of the same tenant and scope: only rows
    that may be others are made again. ``engine`` lends its projections and resolutions where it
    has them (an engine that walks integers), so that nothing is digested twice.
    """

    def __init__(
        self, views: Views, engine: object | None = None, *, kept: int = 8, share: int = SHARE
    ) -> None:
        self._views = views
        self._hold: Callable[[At], None] | None = getattr(views, "hold", None)
        self._share = share
        self._lent: Callable[[At], Projection] | None = getattr(engine, "projection", None)
        self._projector = Projector()
        self._digesting = Lock()
        self._resolve: Resolve = getattr(engine, "resolved_by", None) or self._resolved
        self._held: Keeping[At, Catalogue] = Keeping(
            kept, weigh=lambda one: one.components.axis.size
        )
        self._makers: dict[Any, LockType] = {}
        self._lock = Lock()
        self.rebuilt = 0
        self.moved = 0

    def catalogue(self, at: At) -> Catalogue:
        """The catalogue of the view at ``at``, of the newest revision where it names none."""
        view = self._views.view(at)
        name = replace(at, revision=view.revision.number)
        with self._lock:
            known = self._take(name, view)
            if known is not None:
                return known
            maker = self._makers.setdefault((at.tenant, at.scope), Lock())
        with maker:
            with self._lock:
                known = self._take(name, view)
                near = self._near(name)
            if known is None:
                known = self._make(name, view, near)
                with self._lock:
                    self._held.put(name, known)
        return known

    def hold(self, at: At) -> None:
        """Keep the catalogue at a revision, and its view, for a while."""
        with self._lock:
            self._held.hold(at)
        if self._hold is not None:
            self._hold(at)

    def _take(self, name: At, view: View) -> Catalogue | None:
        known = self._held.get(name)
        # The newest revision is seen with the newest pack: its view may be another by now.
        return None if known is None or known.view is not view else known

    def _near(self, name: At) -> Catalogue | None:
        """The catalogue that the new one is made of: the newest of the like."""
        like = [
            (at.revision or 0, one)
            for at, one in self._held
            if (at.tenant, at.scope, at.stream, at.archived)
            == (name.tenant, name.scope, name.stream, name.archived)
        ]
        return max(like, key=lambda pair: pair[0])[1] if like else None

    def _make(self, name: At, view: View, near: Catalogue | None) -> Catalogue:
        if near is not None:
            found = next_of(near, view, self._projection(name, view), self._share)
            if found is not None:
                self.moved += 1
                return found
        self.rebuilt += 1
        return catalogue_of(view, self._resolve, self._projection(name, view))

    def _projection(self, name: At, view: View) -> Callable[[], Projection]:
        def made() -> Projection:
            if self._lent is not None:
                graph = self._lent(name)
                if graph.revision == view.revision and graph.canonical is view.canonical:
                    return graph
            with self._digesting:
                return self._projector.project(view)

        return made

    def _resolved(self, one: Assembly) -> bytes:
        with self._digesting:
            return self._projector.resolution(one).digest


def catalogue_of(view: View, resolve: Resolve, projection: Callable[[], Projection]) -> Catalogue:
    """The catalogue of a view, made anew."""
    standing = standing_of(view)
    components = components_of(view, standing)
    return Catalogue(
        view,
        components=components,
        assemblies=assemblies_of(view, components, resolve),
        standing=standing,
        heap=Heap(),
        projection=projection,
    )


def next_of(
    old: Catalogue, view: View, projection: Callable[[], Projection], share: int = SHARE
) -> Catalogue | None:
    """The catalogue of a view out of that of another; None where most of it is another.

    Slots of rows are kept, so that orders, codes and what assemblies hold are carried over.
    """
    if view is old.view:
        return old
    standing, touched = moved_standing(old.standing, old.view, view)
    changed = changed_keys(old.view, view) | _nodes(touched, old.view, view)
    turned = changed_assemblies(old.view, view)
    if len(changed) * share > len(view.nodes) or _worn(old, len(view.nodes), changed):
        return None
    components = old.components.moved(view, standing, changed)
    assemblies = old.assemblies.moved(view, components, turned)
    found = Catalogue(
        view,
        components=components,
        assemblies=assemblies,
        standing=standing,
        heap=old.heap,
        projection=projection,
    )
    found.pending.update(_pending(old, found, changed, turned))
    return found


def _nodes(keys: set[Key], old: View, new: View) -> set[Key]:
    return {key for key in keys if key in new.nodes or key in old.nodes}


def _worn(old: Catalogue, living: int, changed: set[Key]) -> bool:
    """Whether too many slots stand empty."""
    return old.components.axis.size + len(changed) > 2 * living + _SPARE


def _pending(
    old: Catalogue, new: Catalogue, changed: set[Key], turned: set[Key]
) -> dict[OrderName, tuple[Order, set[Key]]]:
    """Orders that were asked for: they are moved when they are asked for again."""
    held = new.assemblies.axis.keys
    dirty = {
        component.NAME: changed,
        assembly.NAME: turned | {key for key in changed if held.find(key) is not None},
    }
    found: dict[OrderName, tuple[Order, set[Key]]] = {}
    for name, (order, before) in old.pending.items():
        if name[0] in dirty:
            found[name] = (order, before | dirty[name[0]])
    for name, order in old.orders.items():
        if name[0] in dirty:
            found[name] = (order, dirty[name[0]])
    return found
