"""What the resolvers of one request share."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
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


class NotYetError(BaseException):
    """A field demands a revision that has not come: to be run again when it has.

    No ``Exception``: one of those would become an error of a single field.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class Waiting(Enum):
    """What a field does that demands a revision which has not come.

    HOLD its thread until the time is over, LEAVE (NotYetError), or give it UP: the answer is Stale.
    """

    HOLD = "hold"
    LEAVE = "leave"
    UP = "up"


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
    waiting: Waiting = Waiting.HOLD
    _handle: Handle | None = None

    def at(self, **place: Any) -> At:
        """Where a field asks (``House.at``); NotYetError."""
        wanted = place.get("at_least")
        if wanted is not None and self._leaves(wanted):
            raise NotYetError(wanted)
        return self.house.at(**place, wait=self.waiting is Waiting.HOLD)

    def _leaves(self, wanted: int) -> bool:
        return self.waiting is Waiting.LEAVE and self.house.head().number < wanted

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
