"""The port of a version scheme: three answers, never an exception.

Build tags (local versions such as ``+cu128``) take no part in any comparison; ``build`` reads
them apart. Text that a scheme cannot read is answered with CANNOT_COMPARE.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class Answer(StrEnum):
    """Whether a version is in a range."""

    YES = "yes"
    NO = "no"
    CANNOT_COMPARE = "cannot_compare"


class Scheme(Protocol):
    """How versions of one kind compare. Ranges are in the scheme's own words.

    A bare number as a range is its prefix: ``12`` is ``12.*``. The empty range holds everything.
    """

    name: str

    def compare(self, left: str, right: str) -> int | None:
        """-1, 0 or 1; None where the two cannot be compared."""
        ...

    def contains(self, range_text: str, version: str) -> Answer:
        """Whether the version is in the range (pre-releases are)."""
        ...

    def bounded(self, range_text: str) -> bool | None:
        """Whether the range forbids every sufficiently great version; None: cannot say."""
        ...

    def pins(self, range_text: str) -> bool:
        """Whether the range admits one version only."""
        ...

    def overlaps(self, left: str, right: str) -> Answer:
        """Whether some version could be in both ranges."""
        ...

    def build(self, version: str) -> str:
        """The build tag of a version ("" if it has none): cu128 of 2.9.1+cu128."""
        ...
