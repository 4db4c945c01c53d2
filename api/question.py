"""Questions made of what people type: the same for the terminal and for GraphQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def builder_of(name: str) -> Callable[..., Any] | None:
    """What makes a question of plain arguments; None where its own type takes them as they are."""
    return _BUILDERS.get(name)


_BUILDERS: dict[str, Callable[..., Any]] = {}
