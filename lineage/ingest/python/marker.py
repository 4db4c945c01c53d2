"""Environment markers (PEP 508), each text parsed once however many lines bear it."""

from __future__ import annotations

from functools import lru_cache

from packaging.markers import Marker


@lru_cache(maxsize=65536)
def marker_of(text: str) -> Marker:
    """The marker of a text; packaging's InvalidMarker where it cannot be read."""
    return Marker(text)
