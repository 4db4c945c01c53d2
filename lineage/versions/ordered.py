"""What every scheme with a total order shares: three answers out of keys and spans."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from lineage.versions import interval
from lineage.versions.scheme import Answer


class OrderedScheme(ABC):
    """A scheme whose versions are keys of one order and whose ranges are spans of it.

    A subclass says how text is read; None is its answer to text that it cannot read.
    """

    name: str

    @abstractmethod
    def key(self, version: str) -> Any | None:
        """The sort key of a version without its build tag; None if it is no version."""

    @abstractmethod
    def spans(self, range_text: str) -> interval.Spans | None:
        """The range as spans of keys; None if it is no range."""

    def release(self, first: Any) -> Any | None:  # noqa: ARG002 - what subclasses are given
        """The key of a release, where ``first`` is the cut before all its candidates."""
        return None

    def build(self, version: str) -> str:
        """The build tag: what follows the plus sign."""
        return version.partition("+")[2]

    def compare(self, left: str, right: str) -> int | None:
        """-1, 0 or 1; None where one of them cannot be read."""
        first, second = self.key(left), self.key(right)
        if first is None or second is None:
            return None
        return int(first > second) - int(first < second)

    def contains(self, range_text: str, version: str) -> Answer:
        """Whether the version is in the range (pre-releases are)."""
        spans, key = self.spans(range_text), self.key(version)
        if spans is None or key is None:
            return Answer.YES if spans == interval.EVERYTHING else Answer.CANNOT_COMPARE
        return Answer.YES if interval.holds(spans, key) else Answer.NO

    def bounded(self, range_text: str) -> bool | None:
        """Whether the range forbids every sufficiently great version; None: cannot say."""
        spans = self.spans(range_text)
        return None if spans is None else interval.ends(spans)

    def pins(self, range_text: str) -> bool:
        """Whether the range admits one version only."""
        spans = self.spans(range_text)
        return spans is not None and interval.one(spans)

    def overlaps(self, left: str, right: str) -> Answer:
        """Whether some version could be in both ranges (the order is taken to be dense).

        ``13`` and ``<13`` share nothing, though candidates of 13.0 are in both: nobody means them.
        """
        first, second = self.spans(left), self.spans(right)
        if first is None or second is None:
            return Answer.CANNOT_COMPARE
        common = interval.common(first, second)
        return Answer.NO if all(map(self._candidates, common)) else Answer.YES

    def _candidates(self, span: interval.Span) -> bool:
        low, high = span
        release = None if low is None or low[1] else self.release(low[0])
        return release is not None and high is not None and bool(high <= (release, 0))
