"""What is made once for a view and kept while it is one of the last few that are asked."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Generic, TypeVar

from lineage.record.view import View

T = TypeVar("T")
_VIEWS = 4


class PerView(Generic[T]):
    """One thing for each view, the same object for all threads that ask in turn.

    A view is one (chain, pack revision, scope, stream) and immutable: what is kept with it cannot
    grow old.
    """

    def __init__(
        self, make: Callable[[View], T], renew: Callable[[View, T, View], T | None] | None = None
    ) -> None:
        """``renew`` makes it of what is kept with another view, or says None where it cannot."""
        self._make = make
        self._renew = renew
        self._kept: OrderedDict[int, tuple[View, T]] = OrderedDict()
        self._lock = Lock()

    def of(self, view: View) -> T:
        """What is kept with the view; made where it is asked for the first time."""
        with self._lock:
            found = self._kept.get(id(view))
            if found is not None:
                self._kept.move_to_end(id(view))
                return found[1]
            near = list(reversed(self._kept.values())) if self._renew else []
        made = self._renewed(near, view) or self._make(view)
        with self._lock:
            self._kept[id(view)] = (view, made)
            while len(self._kept) > _VIEWS:
                self._kept.popitem(last=False)
        return made

    def _renewed(self, near: Iterable[tuple[View, T]], view: View) -> T | None:
        for old, thing in near:
            found = self._renew(old, thing, view) if self._renew else None
            if found is not None:
                return found
        return None

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
