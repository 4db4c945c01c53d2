"""What licence texts mean offline: the keys in an expression, their category, what that obliges.

Categories are those of the ScanCode LicenseDB index that license-expression carries; they are no
verdict on a use. Text that is no expression stays as it is, with category ``unknown``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

UNKNOWN = "unknown"

# What a category obliges to, in its own definition: ScanCode LicenseDB, "license categories".
_OBLIGATIONS: Mapping[str, tuple[str, ...]] = {
    "Permissive": ("keep copyright and licence notices",),
    "Public Domain": (),
    "Copyleft Limited": (
        "keep copyright and licence notices",
        "offer the source of changes to it under the same licence",
    ),
    "Copyleft": (
        "keep copyright and licence notices",
        "pass on works made from it under the same licence, with their source",
    ),
    "Proprietary Free": ("read its terms: free of charge, use may be restricted",),
    "Free Restricted": ("read its terms: some uses are forbidden",),
    "Source-available": ("read its terms: source may be seen, use is restricted",),
    "Commercial": ("a commercial agreement is needed",),
    "Patent License": ("read its terms: patent grants with conditions",),
    "CLA": ("a contributor agreement, no licence to use",),
    "Unstated License": ("nobody stated a licence: ask its author",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """One licence of an expression: its key, its category and what the category obliges to."""

    licence: str
    category: str
    obligations: tuple[str, ...]


def licence_text(value: Any) -> str:
    """The licence as text: the expression of a claimed value, else its id, name or raw text."""
    if isinstance(value, Mapping):
        for name in ("expression", "spdx", "id", "name", "raw", "text"):
            if isinstance(found := value.get(name), str) and found:
                return found
        return ""
    return "" if value is None else str(value)


@lru_cache(maxsize=4096)
def terms_of(text: str) -> tuple[Terms, ...]:
    """The licences of an expression, in order; one with category unknown if it cannot be read."""
    parser, categories = _index()
    try:
        parsed = parser.parse(text, validate=False)
        keys = [] if parsed is None else _keys(parser, parsed)
    except Exception:  # noqa: BLE001 - the parser raises more than it documents on real texts
        keys = []
    return tuple(
        Terms(licence=key, category=category, obligations=_OBLIGATIONS.get(category, ()))
        for key in keys or [text]
        for category in (categories.get(key.lower(), UNKNOWN),)
    )


def _keys(parser: Any, parsed: Any) -> list[str]:
    return [str(key) for key in parser.license_keys(parsed, unique=True)]


@lru_cache(maxsize=1)
def _index() -> tuple[Any, dict[str, str]]:
    from license_expression import get_license_index, get_spdx_licensing

    categories: dict[str, str] = {}
    for row in get_license_index():
        category = str(row.get("category") or UNKNOWN)
        names = [row.get("license_key"), row.get("spdx_license_key")]
        for name in [*names, *row.get("other_spdx_license_keys", ())]:
            if name:
                categories.setdefault(str(name).lower(), category)
    return get_spdx_licensing(), categories
