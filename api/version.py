"""Which release this is."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version


@lru_cache(maxsize=1)
def release() -> str:
    """The installed release; "0" in a tree that was never installed."""
    try:
        return version("lineage")
    except PackageNotFoundError:
        return "0"
