"""What the resolvers of one request share."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from api.graphql.deadline import Deadline
from api.house import House
from lineage.model.revision import At
from lineage.record.view import View, Views
from queries.question import Handle


@dataclass(slots=True, kw_only=True)
class Placed:
    """How an answer of this request came about.

    ``asked`` is a digest of the field and its arguments, ``as_of`` whether asOf was given.
    """

    asked: str
    question: Any
    as_of: bool


@dataclass(slots=True, kw_only=True)
class Context:
    """One request; ``client`` is the program that sent it, ``deadline`` when it must have ended.

    ``placed`` remembers of each answer (by identity) how it was asked, ``refused`` the codes of
    claims that were not taken.
    """

    house: House
    deadline: Deadline
    client: str = ""
    placed: dict[int, Placed] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    _handle: Handle | None = None

    @property
    def handle(self) -> Handle:
        """The handle of the house; each view is looked up once for the whole request."""
        if self._handle is None:
            views = _Pinned(self.house.handle.views)
            self._handle = replace(self.house.handle, views=views)
        return self._handle


class _Pinned:
    """Views that are looked up once."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._seen: dict[At, View] = {}

    def view(self, at: At) -> View:
        found = self._seen.get(at)
        if found is None:
            found = self._seen[at] = self._views.view(at)
        return found
