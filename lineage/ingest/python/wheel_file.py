"""A wheel as a file (PEP 427): its metadata, and what its shared objects say.

Nothing is unpacked to where it says: entries are read in pieces, a shared object goes through a
temporary file without a name. What a hostile archive could cost is bounded: entries, bytes, time.
"""

from __future__ import annotations

import re
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from lzma import LZMAError
from typing import Any, BinaryIO

from lineage.errors import DocumentRefusedError
from lineage.ingest.python.core_metadata import SIZE_LIMIT, metadata_table, wheel_table
from lineage.ingest.python.inspection import HEAD, TEXT, Inspection, is_binary
from lineage.model.document import Quarantined

ENTRIES = 200_000
TOTAL = 16 * 1024**3  # bytes unpacked; the largest wheels there are have about 4 GiB
SECONDS = 120.0
_RATIO = 100  # machine code packs to a fifth; only padding packs further
_SMALL = 64 * 1024**2
_PIECE = 1 << 20
_IN_MEMORY = 32 * 1024**2
_LISTED = 100
_INFO = re.compile(r"^([^/]+\.dist-info)/METADATA$")
_DRIVE = re.compile(r"^[A-Za-z]:")
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, LZMAError, EOFError, NotImplementedError, RuntimeError,
    OSError, ValueError, OverflowError, MemoryError,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelFile:
    """What a wheel says: METADATA (JSON form, PEP 566) with its path inside, WHEEL, evidence.

    ``evidence`` is that of ``lineage.ingest.python.inspection``; ``quarantined`` are entries that
    could not be read, by their path inside the wheel.
    """

    metadata: dict[str, Any]
    path: str
    wheel: dict[str, Any]
    evidence: dict[str, Any]
    quarantined: tuple[Quarantined, ...]


def wheel_file(file: BinaryIO, *, format: str, seconds: float = SECONDS) -> WheelFile:  # noqa: A002
    """Inspect a wheel from a seekable file; takes ``seconds`` at most, and says where it stopped.

    Raises DocumentRefusedError (format, path inside the wheel, reason) for a file that is no zip
    archive, holds too much, or has no METADATA.
    """
    deadline = time.monotonic() + seconds
    try:
        with zipfile.ZipFile(file) as archive:
            return _read(archive, format, deadline)
    except _UNREADABLE as error:
        raise DocumentRefusedError(format=format, path="$", reason=_reason(error)) from None


def _read(archive: zipfile.ZipFile, format: str, deadline: float) -> WheelFile:  # noqa: A002
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    _check(entries, format)
    inspection = Inspection()
    safe = list(_safe(entries, inspection))
    by_path = {entry.filename: entry for entry in safe}
    folder = _folder(by_path, format)
    path = f"{folder}/METADATA"
    try:
        metadata = metadata_table(_small(archive, by_path[path]))
    except _UNREADABLE as error:
        raise DocumentRefusedError(format=format, path=path, reason=_reason(error)) from None
    wheel: dict[str, Any] = {}
    stated = by_path.get(f"{folder}/WHEEL")
    if stated is None:
        inspection.quarantined.append(Quarantined(path=f"{folder}/WHEEL", reason="is missing"))
    else:
        try:
            wheel = wheel_table(_small(archive, stated))
        except _UNREADABLE as error:
            reason = _reason(error)
            inspection.quarantined.append(Quarantined(path=stated.filename, reason=reason))
    for entry in safe:
        if entry.filename.lower().endswith(TEXT) or entry.file_size <= HEAD:
            continue
        if time.monotonic() > deadline:
            inspection.partial = True
            break
        _look(archive, entry, inspection, deadline)
    return WheelFile(
        metadata=metadata,
        path=path,
        wheel=wheel,
        evidence=inspection.facts(),
        quarantined=_listed(inspection.quarantined),
    )


def _check(entries: list[zipfile.ZipInfo], format: str) -> None:  # noqa: A002
    total = sum(entry.file_size for entry in entries)
    if len(entries) > ENTRIES:
        reason = f"holds {len(entries)} files, more than the {ENTRIES} that are read"
    elif total > TOTAL:
        reason = f"unpacks to {total} bytes, more than the {TOTAL} that are read"
    else:
        return
    raise DocumentRefusedError(format=format, path="$", reason=reason)


def _safe(entries: list[zipfile.ZipInfo], inspection: Inspection) -> Iterator[zipfile.ZipInfo]:
    """The entries that may be read; the others are set aside by their path."""
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        if name.startswith(("/", "\\")) or _DRIVE.match(name) or ".." in re.split(r"[/\\]", name):
            inspection.set_aside(name, "the path leads out of the wheel")
        elif name in seen:
            inspection.set_aside(name, "stands in the archive a second time")
        elif entry.flag_bits & 1:
            inspection.set_aside(name, "is encrypted")
        elif entry.file_size > max(_SMALL, _RATIO * entry.compress_size):
            times = entry.file_size // max(1, entry.compress_size)
            inspection.set_aside(name, f"unpacks to {times} times its size")
        else:
            seen.add(name)
            yield entry


def _folder(by_path: dict[str, zipfile.ZipInfo], format: str) -> str:  # noqa: A002
    folders = [match[1] for name in by_path if (match := _INFO.match(name))]
    if len(folders) == 1:
        return folders[0]
    reason = "has no *.dist-info/METADATA" if not folders else "has several *.dist-info/METADATA"
    raise DocumentRefusedError(format=format, path="$", reason=reason)


def _look(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, inspection: Inspection, deadline: float
) -> None:
    try:
        with archive.open(entry) as source:
            head = source.read(HEAD)
            if not is_binary(entry.filename, head):
                return
            with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as target:
                target.write(head)
                while piece := source.read(_PIECE):
                    if time.monotonic() > deadline:
                        inspection.binaries += 1
                        inspection.partial = True
                        inspection.set_aside(entry.filename, "time ran out while it was unpacked")
                        return
                    target.write(piece)
                target.seek(0)
                inspection.look(entry.filename, target, deadline=deadline)  # type: ignore[arg-type]
    except _UNREADABLE as error:
        inspection.set_aside(entry.filename, _reason(error))


def _small(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.file_size > SIZE_LIMIT:
        raise ValueError(f"has {entry.file_size} bytes, more than the {SIZE_LIMIT} that are read")
    with archive.open(entry) as source:
        return source.read(SIZE_LIMIT)


def _listed(quarantined: list[Quarantined]) -> tuple[Quarantined, ...]:
    """A hostile archive has no thousand lines in the receipt."""
    more = len(quarantined) - _LISTED
    if more <= 0:
        return tuple(quarantined)
    rest = Quarantined(path="$", reason=f"and {more} files more that could not be read")
    return (*quarantined[:_LISTED], rest)


def _reason(error: Exception) -> str:
    text = str(error).split("\n", 1)[0][:160] or type(error).__name__
    return f"is no readable zip archive: {text}" if isinstance(error, zipfile.BadZipFile) else text
