"""A Python distribution of a resolved environment, as the formats hand it over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lineage.ingest.python.line import Line
from lineage.model.identity import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """One distribution at its version.

    ``version`` may have a local part. ``lines`` are its declared requirement lines with their
    dotted paths. ``requested`` says whether somebody asked for it by name (None: not said);
    ``extras`` are the extras they asked for. ``artefact`` is the installed file. ``properties``
    are (name, value, path) that hold wherever it is installed. ``whole`` is False where a line
    could not be read.
    """

    name: str
    key: Key
    version: str
    path: str
    lines: tuple[tuple[str, Line], ...] = ()
    requires_python: str = ""
    requested: bool | None = None
    extras: frozenset[str] = frozenset()
    artefact: Mapping[str, Any] = field(default_factory=dict)
    properties: tuple[tuple[str, Any, str], ...] = ()
    whole: bool = True
