"""The documents in a checkout that some reader knows: bills of materials, locks, reports."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from lineage.errors import FormatUnknownError
from lineage.ingest import readers

# What is installed or kept for tests says nothing about the thing that is built here.
LEFT_OUT = (
    "node_modules", "site-packages", "__pycache__", "vendor", "test", "tests", "testdata",
    "fixtures", "examples",
)  # fmt: skip
_ENVIRONMENT = "pyvenv.cfg"
_BUILT = (".whl",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A document: where it lies, its path inside the folder that was named, its reader."""

    path: Path
    inside: str
    format: str


def collect(
    folder: Path, *, exclude: Sequence[str] = (), limit: int = 256 * 1024 * 1024
) -> Iterator[Candidate]:
    """The documents below a folder, in order of their paths.

    Hidden folders, virtual environments and the folders of LEFT_OUT are not entered; nor are
    paths that a pattern of ``exclude`` (``docs/*``) matches. A file over ``limit`` bytes is none,
    and a wheel is what is shipped, not what was resolved.
    """
    for place, folders, files in os.walk(folder):
        if _ENVIRONMENT in files:
            folders[:] = []
            continue
        here = Path(place)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name.lower() not in LEFT_OUT
            and not _matches((here / name).relative_to(folder).as_posix(), exclude)
        )
        for name in sorted(files):
            path = here / name
            inside = path.relative_to(folder).as_posix()
            if name.startswith(".") or name.lower().endswith(_BUILT):
                continue
            if _matches(inside, exclude) or not path.is_file():
                continue
            known = format_of(path, limit=limit)
            if known is not None:
                yield Candidate(path=path, inside=inside, format=known)


def format_of(path: Path, *, limit: int) -> str | None:
    """The reader of a file, None where none knows it; only names that a reader lists are opened."""
    lower = path.name.lower()
    listed = any(lower.endswith(s) for r in readers.READERS.values() for s in r.suffixes)
    named = any(r.recognises(b"", path.name) for r in readers.READERS.values())
    if not listed and not named:
        return None
    try:
        if path.stat().st_size > limit:
            return None
        return readers.pick(path.read_bytes(), path.name).name
    except (FormatUnknownError, OSError):
        return None


def _matches(inside: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch(inside, pattern) or fnmatch(inside, f"{pattern}/*") for pattern in patterns)
