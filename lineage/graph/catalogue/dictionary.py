"""The distinct values of a column, by code: what a predicate and an order look at, once each."""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from lineage.graph.catalogue.value import order_of, shown

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
_TESTS = 256


class Test(Protocol):
    """A question to a value; equal tests are equal values, so that answers are kept.

    A test may have ``exactly`` (the only values that pass) or ``inside`` (a lower-case text that
    stands in every text that passes): among plain texts those are found without asking each.
    """

    def holds(self, value: Any) -> bool | None:
        """Whether the value (None: nobody says any) passes; None where it cannot be compared."""
        ...

    def __hash__(self) -> int: ...


class Dictionary:
    """Values by code; code 0 is None (nobody says anything).

    Values are only ever added, so that columns of several revisions share one. Ranks and the
    answers of tests are kept and carried on to new values. Safe to share between threads as long
    as one of them adds.
    """

    def __init__(self, values: Iterable[Any] = ()) -> None:
        self.values: list[Any] = [None]
        self._codes: dict[Any, int] = {None: 0}
        self._tests: OrderedDict[Test, tuple[Mask, Mask | None]] = OrderedDict()
        self._sorted: list[int] = []
        self._rank: Ints = np.zeros(1, dtype=np.int64)
        self._lock = Lock()
        self._texts = True
        self._looks: list[Any] = []
        self._alike: tuple[Ints, Dictionary] | None = None
        self._hay: tuple[int, str, Ints] | None = None
        for value in values:
            self.code(value)

    def __len__(self) -> int:
        return len(self.values)

    def code(self, value: Any) -> int:
        """The code of a value; a new one where it was never met."""
        found = self._codes.get(value)
        if found is None:
            found = len(self.values)
            self.values.append(value)
            self._codes[value] = found
            self._texts = self._texts and type(value) is str
        return found

    def find(self, value: Any) -> int | None:
        """The code of a value; None where it was never met."""
        return self._codes.get(value)

    def rank(self) -> Ints:
        """For every code its place in the order of values, from 1; 0 for None."""
        with self._lock:
            if len(self._rank) < len(self.values):
                self._place()
            return self._rank

    def _place(self) -> None:
        count, known = len(self.values), len(self._sorted) + 1
        fresh = range(known, count)
        if len(fresh) * 20 > count:
            self._sorted = sorted(range(1, count), key=lambda code: order_of(self.values[code]))
        else:
            for code in fresh:
                key = order_of(self.values[code])
                at = bisect_left(self._sorted, key, key=lambda c: order_of(self.values[c]))
                self._sorted.insert(at, code)
        rank = np.zeros(count, dtype=np.int64)
        rank[self._sorted] = np.arange(1, count)
        self._rank = rank

    def looks(self) -> list[Any]:
        """For every code the value as it is shown."""
        if self._texts:
            return self.values
        with self._lock:
            self._looks.extend(shown(value) for value in self.values[len(self._looks) :])
            return self._looks

    def seen(self) -> tuple[Ints, Dictionary] | None:
        """Codes into a dictionary of values as they are shown; None where no two look alike."""
        with self._lock:
            if self._texts:
                return None
            if self._alike is None or len(self._alike[0]) < len(self.values):
                known = Dictionary() if self._alike is None else self._alike[1]
                codes = [known.code(shown(value)) for value in self.values]
                self._alike = (np.array(codes, dtype=np.int64), known)
            codes_of, looks = self._alike
        return None if len(looks) == len(codes_of) else (codes_of, looks)

    def truth(self, test: Test) -> tuple[Mask, Mask | None]:
        """For every code whether it passes, and whether it cannot be compared (None: all can)."""
        with self._lock:
            known = self._tests.get(test)
        done = 0 if known is None else len(known[0])
        if known is not None and done >= len(self.values):
            return known
        found = self._looked_up(test) or self._asked(test, known)
        with self._lock:
            self._tests[test] = found
            self._tests.move_to_end(test)
            while len(self._tests) > _TESTS:
                self._tests.popitem(last=False)
        return found

    def among(self, test: Test, codes: Ints) -> tuple[Mask, Mask]:
        """What ``truth`` says of these codes only; nothing else is asked."""
        answers = [test.holds(self.values[code]) for code in codes.tolist()]
        yes = np.array([bool(one) for one in answers], dtype=np.bool_)
        return yes, np.array([one is None for one in answers], dtype=np.bool_)

    def knows(self, test: Test) -> bool:
        """Whether the answers of the test are there, or found without asking each value."""
        with self._lock:
            known = self._tests.get(test)
        plain = self._texts and (
            getattr(test, "exactly", None) is not None or getattr(test, "inside", None) is not None
        )
        return plain or (known is not None and len(known[0]) >= len(self.values))

    def _asked(
        self, test: Test, known: tuple[Mask, Mask | None] | None
    ) -> tuple[Mask, Mask | None]:
        done = 0 if known is None else len(known[0])
        held, lost = self.among(test, np.arange(done, len(self.values)))
        if known is not None:
            before = known[1] if known[1] is not None else np.zeros(done, dtype=np.bool_)
            held, lost = np.concatenate((known[0], held)), np.concatenate((before, lost))
        return held, lost if lost.any() else None

    def _looked_up(self, test: Test) -> tuple[Mask, None] | None:
        """The answers of a test that names what passes; None where each has to be asked."""
        exactly, inside = getattr(test, "exactly", None), getattr(test, "inside", None)
        if not self._texts or (exactly is None and not isinstance(inside, str)):
            return None
        found = np.zeros(len(self.values), dtype=np.bool_)
        if exactly is not None:
            for value in exactly:
                code = self._codes.get(value, 0) if isinstance(value, str) else 0
                if 0 < code < len(found):
                    found[code] = True
            return found, None
        assert isinstance(inside, str)
        count, hay, begins = self._haystack()
        at = hay.find(inside)
        while at >= 0:
            code = int(np.searchsorted(begins, at, side="right"))
            found[code] = True
            at = hay.find(inside, int(begins[code])) if code < count - 1 else -1
        return found, None

    def _haystack(self) -> tuple[int, str, Ints]:
        """All texts in lower case in one, and where each begins."""
        known = self._hay
        count = len(self.values)
        if known is None or known[0] != count:
            lower = [str(value).lower() for value in self.values[1:count]]
            lengths = np.fromiter((len(text) + 1 for text in lower), dtype=np.int64)
            begins = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(lengths)))[:-1]
            self._hay = known = (count, "\n".join(lower), begins)
        return known
