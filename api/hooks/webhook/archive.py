"""What a zip archive holds that may be a document, bounded in files and in bytes.

Nothing is unpacked to a disk; names are told, so that those that lead elsewhere are left out.
"""

from __future__ import annotations

import os
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

_LONGEST_NAME = 400
_DRIVE = re.compile(r"^[A-Za-z]:")
_ENCRYPTED = 0x1
_ROW = 46 + 1024
"""Bytes of a file in the directory of an archive: what is fixed, its name and the like."""
_END, _END_SIZE = b"PK\x05\x06", 22
_FAR, _FAR_SIZE, _FAR_END_SIZE = b"PK\x06\x07", 20, 56


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file of an archive: its path in there and its bytes, or why they are left out."""

    name: str
    content: bytes = b""
    refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The most files of an archive, the most bytes of all that is read of it, and of one file."""

    members: int
    unpacked: int
    document: int


def found_in(body: IO[bytes], suffixes: tuple[str, ...], bounds: Bounds) -> Iterator[Found]:
    """The files whose names end with one of the suffixes; "" is the name of the archive itself."""
    # The directory is read whole, before it can be counted.
    if _directory(body) > bounds.members * _ROW:
        yield Found(name="", refused=f"its list of files is longer than {bounds.members} need")
        return
    try:
        with ZipFile(body) as archive:
            listed = archive.infolist()
            if len(listed) > bounds.members:
                reason = f"{len(listed)} files, more than the {bounds.members} that are allowed"
                yield Found(name="", refused=reason)
                return
            yield from _members(archive, _named(listed, suffixes), bounds)
    except (BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        yield Found(name="", refused=f"it is no whole zip archive ({_said(error)})")


def _members(archive: ZipFile, listed: list[ZipInfo], bounds: Bounds) -> Iterator[Found]:
    left = bounds.unpacked
    for info in listed:
        refused = _refused(info, bounds, left)
        if refused:
            yield Found(name=info.filename[:_LONGEST_NAME], refused=refused)
            continue
        left -= info.file_size
        try:
            with archive.open(info) as member:
                # What is longer than it says it is, is cut off there and fails its checksum.
                content = member.read(info.file_size + 1)
        except (BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
            yield Found(name=info.filename, refused=f"it cannot be unpacked ({_said(error)})")
            continue
        yield Found(name=info.filename, content=content)


def _named(listed: list[ZipInfo], suffixes: tuple[str, ...]) -> list[ZipInfo]:
    return [
        info for info in listed
        if not info.is_dir() and info.filename.lower().endswith(suffixes)
    ]  # fmt: skip


def _refused(info: ZipInfo, bounds: Bounds, left: int) -> str:
    name = info.filename
    if name.startswith("/") or "\\" in name or _DRIVE.match(name) or ".." in name.split("/"):
        return "its name leads out of the archive"
    if len(name) > _LONGEST_NAME or not name.isprintable():
        return f"its name is not 1 to {_LONGEST_NAME} printable letters"
    if info.flag_bits & _ENCRYPTED:
        return "it is encrypted"
    if info.file_size > bounds.document:
        return f"it has {info.file_size} bytes, more than the {bounds.document} that are allowed"
    if info.file_size > left:
        return f"with it the archive would unpack to more than {bounds.unpacked} bytes"
    return ""


def _directory(body: IO[bytes]) -> int:
    """The bytes that the directory says it has (PKWARE appnote 4.3.14 to 4.3.16), 0 for none."""
    size = body.seek(0, os.SEEK_END)
    start = body.seek(max(0, size - _END_SIZE - 0xFFFF - _FAR_SIZE - _FAR_END_SIZE))
    tail = body.read(size - start)
    body.seek(0)
    end = len(tail) - _END_SIZE
    if tail[end : end + 4] != _END:
        end = tail.rfind(_END)
    if end < 0 or end + _END_SIZE > len(tail):
        return 0
    said: int = struct.unpack_from("<L", tail, end + 12)[0]
    far = end - _FAR_SIZE - _FAR_END_SIZE
    if far >= 0 and tail[end - _FAR_SIZE : end - _FAR_SIZE + 4] == _FAR:
        return max(said, int(struct.unpack_from("<Q", tail, far + 40)[0]))
    return said


def _said(error: Exception) -> str:
    return str(error)[:200] or type(error).__name__
