"""What every question shares: the handle it is asked of, and where it is asked.

A question is a frozen, keyword-only dataclass with a field ``at``; its file has one function
``answer(question, handle)`` that returns the question's one ``Answer`` type, a tree of frozen
dataclasses of plain values. GraphQL, REST, the CLI's JSON, its JSON Schema and the CSV header are
all derived from that type, so a field may be added, never changed. ``None`` means "not asked",
an empty list "none".

A question whose answer says what only the record knows has ``OF_RECORD``: with each revision it may
be another. Any other answer is made of a view, and stays the same as long as that does. One with
``UNREVISIONED`` moves even without a revision.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from lineage.graph.catalogue.catalogue import Catalogue
from lineage.graph.catalogue.catalogues import Catalogues, ViewCatalogues
from lineage.graph.engine import Engine
from lineage.model.revision import At
from lineage.record.past import Past
from lineage.record.view import Views


@dataclass(frozen=True, slots=True, kw_only=True)
class Handle:
    """An opened database: where views come from, and the engine that walks them.

    ``past`` reads what only the record knows: single claims, documents, what revisions did.
    ``catalogues`` answer lists; a handle that was made without them makes its own.
    """

    views: Views
    engine: Engine
    past: Past | None = None
    catalogues: Catalogues | None = None


class Question(Protocol):
    """Anything that can be asked: it says at which revision, scope and stream."""

    @property
    def at(self) -> At:
        """Where it is asked."""
        ...


def past_of(handle: Handle) -> Past:
    """The past of a handle; TypeError for one that was made without a record."""
    if handle.past is None:
        raise TypeError("this handle was made without a record: it has no past")
    return handle.past


def catalogue_of(handle: Handle, at: At) -> Catalogue:
    """The catalogue of a view: the lists that never disagree with a walk at its revision.

    Raises RevisionUnknownError, StreamInvalidError.
    """
    return _catalogues(handle).catalogue(at)


def hold(handle: Handle, at: At) -> None:
    """Keep what is known at a revision for a while: somebody has a cursor that names it."""
    _catalogues(handle).hold(at)


def _catalogues(handle: Handle) -> Catalogues:
    return handle.catalogues or ViewCatalogues(handle.views, handle.engine)
