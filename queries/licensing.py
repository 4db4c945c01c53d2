"""Tests of a licence as an SPDX expression: each is put once to every distinct expression."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lineage.graph.catalogue.value import VALUE, Said
from lineage.normalise.licence import spdx
from queries.licence import terms_of

CATEGORIES = (
    "Permissive", "Public Domain", "Copyleft Limited", "Copyleft", "Proprietary Free",
    "Free Restricted", "Source-available", "Commercial", "Patent License", "CLA",
    "Unstated License", "unknown",
)  # fmt: skip
"""The categories of the ScanCode LicenseDB, and ``unknown`` for what it does not know."""


@lru_cache(maxsize=4096)
def expression_of(text: str) -> str:
    """The canonical expression of a text; the text itself where it is none."""
    return spdx(text) or text.strip()


@dataclass(frozen=True, slots=True)
class Is:
    """The licence is this expression: what is written another way but says the same is the same."""

    expression: str

    def holds(self, value: Any) -> bool:
        """Whether it is."""
        text = _text(value)
        return text is not None and _simple(text) == _simple(self.expression)


@dataclass(frozen=True, slots=True)
class Has:
    """The expression names one of these licences (keys in lower case), as a choice or not."""

    licences: frozenset[str]

    def holds(self, value: Any) -> bool:
        """Whether it does."""
        text = _text(value)
        return text is not None and not self.licences.isdisjoint(
            one.licence.lower() for one in terms_of(text)
        )


@dataclass(frozen=True, slots=True)
class Within:
    """Some choice that the expression leaves asks for these licences only (keys in lower case)."""

    licences: frozenset[str]

    def holds(self, value: Any) -> bool:
        """Whether there is one."""
        text = _text(value)
        if text is None:
            return False
        parsed = _parsed(text)
        # An expression that cannot be read is one licence of that name.
        return text.strip().lower() in self.licences if parsed is None else self._admits(parsed)

    def _admits(self, parsed: Any) -> bool:
        match getattr(parsed, "operator", "").strip():
            case "AND":
                return all(map(self._admits, parsed.args))
            case "OR":
                return any(map(self._admits, parsed.args))
            case _:
                return str(parsed.render()).lower() in self.licences


@dataclass(frozen=True, slots=True)
class Category:
    """The expression names a licence of one of these categories."""

    categories: frozenset[str]

    def holds(self, value: Any) -> bool:
        """Whether it does."""
        text = _text(value)
        return text is not None and not self.categories.isdisjoint(
            one.category for one in terms_of(text)
        )


def _text(value: Any) -> str | None:
    if not isinstance(value, Said) or value.state != VALUE or not value.value:
        return None
    return str(value.value)


@lru_cache(maxsize=16384)
def _simple(text: str) -> str:
    """The expression in one form, its parts sorted; in lower case where it cannot be read."""
    parsed = _parsed(text)
    return text.strip().lower() if parsed is None else str(parsed.simplify()).lower()


@lru_cache(maxsize=16384)
def _parsed(text: str) -> Any | None:
    try:
        return _licensing().parse(text)
    except Exception:  # noqa: BLE001 - the parser raises more than it documents on real texts
        return None


@lru_cache(maxsize=1)
def _licensing() -> Any:
    from license_expression import get_spdx_licensing

    return get_spdx_licensing()
