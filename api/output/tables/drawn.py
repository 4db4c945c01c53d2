"""Which file draws an answer: that of its question's name, or the one that draws all lists."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from api.output.tables import listed


def drawn(answer: Any) -> Any:
    """What has ``draw``, and perhaps NAMES, ``people`` and ``notes``; None where nothing does."""
    name = type(answer).__module__.rpartition(".")[2]
    if name in listed.COLUMNS:
        return listed.Table(listed.COLUMNS[name])
    module = f"api.output.tables.{name}"
    return import_module(module) if find_spec(module) is not None else None
