"""Names that are no versions: equal where the text is, otherwise nobody can compare them."""

from __future__ import annotations

from lineage.versions.scheme import Answer

_EVERYTHING = frozenset({"", "*"})


class Opaque:
    """Equality only: commit hashes, tags, dates, ``12.9 Update 1``, ``r580``."""

    name = "opaque"

    def compare(self, left: str, right: str) -> int | None:
        """0 where the text is equal, else None."""
        return 0 if left == right else None

    def contains(self, range_text: str, version: str) -> Answer:
        """Yes for the same text; no for what ``!=`` names; otherwise nobody can tell."""
        text = range_text.strip()
        if text in _EVERYTHING:
            return Answer.YES
        if text.startswith("!="):
            return Answer.NO if text[2:].strip() == version else Answer.CANNOT_COMPARE
        return Answer.YES if text.lstrip("= ") == version else Answer.CANNOT_COMPARE

    def bounded(self, range_text: str) -> bool | None:
        """False where everything is meant, else unknown."""
        return False if range_text.strip() in _EVERYTHING else None

    def pins(self, range_text: str) -> bool:
        """Whether a version is named: only an equal text is known to be in the range."""
        text = range_text.strip()
        return text not in _EVERYTHING and text[:1] not in "!<>~^"

    def overlaps(self, left: str, right: str) -> Answer:
        """Yes where one holds everything or both are the same text."""
        first, second = left.strip().lstrip("= "), right.strip().lstrip("= ")
        if first in _EVERYTHING or second in _EVERYTHING or first == second:
            return Answer.YES
        return Answer.CANNOT_COMPARE

    def build(self, version: str) -> str:  # noqa: ARG002 - the port's shape
        """Opaque text has no build tag."""
        return ""
