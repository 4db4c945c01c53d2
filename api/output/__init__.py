"""One file per way to write an answer down."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

_MODULES = {
    "table": "table",
    "json": "jsonobject",
    "ndjson": "ndjson",
    "csv": "csvrows",
    "md": "markdown",
    "dot": "dot",
    "mermaid": "mermaid",
}
NAMES = tuple(_MODULES)


def write(answer: Any, name: str) -> Iterator[str]:
    """Pieces of the text of an answer, in the way of that name."""
    pieces: Iterator[str] = import_module(f"api.output.{_MODULES[name]}").write(answer)
    return pieces
