"""What a shared object needs, is called and opens by name (ELF gABI, chapter 5).

Read with pyelftools from a seekable file, never as a whole: the dynamic table, and the sections
of constant text in pieces.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from elftools.common.exceptions import ELFError
from elftools.construct.core import ConstructError
from elftools.elf.dynamic import DynamicSection, DynamicSegment
from elftools.elf.elffile import ELFFile

MAGIC = b"\x7fELF"
_PIECE = 1 << 20
_OVERLAP = 256
_TAGS = 4096  # entries of a dynamic table; real ones have about thirty
_SECTIONS = 65536
_NAMES = 2000
_TEXT = 200
# A whole constant of C: it begins after a NUL or after its folder, and ends with a NUL.
_OPENED = re.compile(rb"(?:\x00|/)(lib[A-Za-z0-9_+.-]{1,120}\.so(?:\.[0-9]{1,6}){1,4})(?=\x00)")
_INNER = b".so."
_CONSTANT = re.compile(r"^\.rodata(\.|$)")
_SONAME = re.compile(r"^[\x21-\x7e]+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedObject:
    """One ELF file: sonames it needs, its own ("" for none), names in its constant text.

    ``opened`` is weaker evidence: texts that look like ``libNAME.so.N`` and may be opened by name;
    none that it needs anyway. ``whole`` is False where time ran out before all text was read.
    """

    needed: tuple[str, ...]
    soname: str
    opened: tuple[str, ...]
    whole: bool = True


def shared_object(file: BinaryIO, *, deadline: float | None = None) -> SharedObject:
    """Inspect a seekable file that begins with MAGIC; ``deadline`` is of ``time.monotonic``.

    Raises ValueError, whose text is the reason, for a file that is damaged.
    """
    try:
        elf = ELFFile(file)
        if elf.num_sections() > _SECTIONS:
            raise ValueError("more sections than a file can have")
        needed, soname = _dynamic(elf)
        found: dict[str, None] = {}
        whole = True
        for offset, size in _constants(elf):
            whole = _strings(file, offset, size, found, deadline) and whole
    except ValueError:
        raise
    except (ELFError, ConstructError) as error:
        raise ValueError(f"damaged ELF file: {_first(error)}") from None
    except (ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, MemoryError,
            RecursionError, TypeError, OSError) as error:  # fmt: skip
        # What the library stumbles over when tables point nowhere.
        raise ValueError(f"damaged ELF file: {type(error).__name__}") from None
    return SharedObject(
        needed=tuple(dict.fromkeys(needed)),
        soname=soname,
        opened=tuple(name for name in sorted(found) if name not in needed and name != soname),
        whole=whole,
    )


def _dynamic(elf: ELFFile) -> tuple[list[str], str]:
    """Needed sonames in order, and the file's own; nothing where it is linked statically."""
    table = _dynamic_table(elf)
    needed: list[str] = []
    soname = ""
    if table is None:
        return needed, soname
    for number, tag in enumerate(table.iter_tags()):
        if number >= _TAGS:
            raise ValueError("damaged ELF file: the dynamic table does not end")
        if tag.entry.d_tag == "DT_NEEDED":
            needed.append(_name(tag.needed))
        elif tag.entry.d_tag == "DT_SONAME":
            soname = _name(tag.soname)
    return needed, soname


def _dynamic_table(elf: ELFFile) -> Any:
    # The loader reads the segment; tools strip the section, so it is the second choice.
    for segment in elf.iter_segments():
        if isinstance(segment, DynamicSegment):
            return segment
    for section in elf.iter_sections():
        if isinstance(section, DynamicSection):
            return section
    return None


def _name(text: Any) -> str:
    found = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    if not _SONAME.match(found) or len(found) > _TEXT:
        raise ValueError(f"damaged ELF file: a soname of the dynamic table is {found[:40]!r}")
    return found


def _constants(elf: ELFFile) -> Iterator[tuple[int, int]]:
    """(offset, size) of constant text; of the read-only segments where sections are stripped."""
    if elf.num_sections():
        for section in elf.iter_sections():
            if _CONSTANT.match(section.name) and section["sh_type"] == "SHT_PROGBITS":
                yield section["sh_offset"], section["sh_size"]
        return
    for segment in elf.iter_segments():
        header = segment.header
        if header.p_type == "PT_LOAD" and not header.p_flags & 2:
            yield header.p_offset, header.p_filesz


def _strings(
    file: BinaryIO, offset: int, size: int, found: dict[str, None], deadline: float | None
) -> bool:
    """Collect the names in a stretch of the file; False where it was not read to its end."""
    file.seek(offset)
    tail = b"\x00"
    while size > 0:
        if len(found) > _NAMES or (deadline is not None and time.monotonic() > deadline):
            return False
        piece = file.read(min(_PIECE, size))
        if not piece:
            raise ValueError("damaged ELF file: a section lies behind the end of the file")
        size -= len(piece)
        text = tail + piece
        at = text.find(_INNER)
        while at >= 0:
            # Searching for the fixed part is fifty times faster than the pattern over everything.
            window = text[max(0, at - _OVERLAP // 2) : at + _OVERLAP // 4]
            for match in _OPENED.finditer(window):
                found[match[1].decode("ascii")] = None
            at = text.find(_INNER, at + 1)
        tail = text[-_OVERLAP:]
    return True


def _first(error: Exception) -> str:
    return str(error).split("\n", 1)[0][:120] or type(error).__name__
