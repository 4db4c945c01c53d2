"""Copies of an SQLite record, taken while it is in use."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path


def backup(source: Path, target: Path | None = None) -> Path:
    """Copy a database with SQLite's own backup; returns the copy (beside it, dated, by default)."""
    if target is None:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        target = source.with_name(f"{source.name}.{stamp}.backup")
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
    return target
