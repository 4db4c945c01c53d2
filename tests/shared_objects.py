"""Shared objects made of bytes (ELF64, little endian): a dynamic table and constant text."""

from __future__ import annotations

import struct
from collections.abc import Sequence

_NEEDED, _STRTAB, _STRSZ, _SONAME = 1, 5, 10, 14


def shared_object(
    needed: Sequence[str] = (),
    *,
    soname: str = "",
    constants: Sequence[str] = (),
    sections: bool = True,
    padding: int = 0,
) -> bytes:
    """A file that a loader would find its way in; ``sections=False``: stripped of its headers."""
    names, places = b"\0", {}
    for name in (*needed, soname):
        places[name] = len(names)
        names += name.encode() + b"\0"
    text = b"%d items\0" + b"".join(c.encode() + b"\0" for c in constants) + b"\0" * padding
    headers = 64 + 2 * 56
    at_names, at_text = headers, headers + len(names)
    at_dynamic = (at_text + len(text) + 7) // 8 * 8
    table = [(_NEEDED, places[name]) for name in needed]
    table += [(_SONAME, places[soname])] if soname else []
    table += [(_STRTAB, at_names), (_STRSZ, len(names)), (0, 0)]
    dynamic = b"".join(struct.pack("<qQ", *row) for row in table)
    section_names = b"\0.rodata\0.shstrtab\0"
    at_section_names = at_dynamic + len(dynamic)
    at_sections = (at_section_names + len(section_names) + 7) // 8 * 8
    end = at_sections + 3 * 64 if sections else at_section_names
    head = b"\x7fELF" + bytes([2, 1, 1]) + b"\0" * 9
    head += struct.pack(
        "<HHIQQQIHHHHHH", 3, 62, 1, 0, 64, at_sections if sections else 0, 0, 64, 56, 2, 64,
        3 if sections else 0, 2 if sections else 0,
    )  # fmt: skip
    load = struct.pack("<IIQQQQQQ", 1, 4, 0, 0, 0, end, end, 4096)
    segment = struct.pack(
        "<IIQQQQQQ", 2, 6, at_dynamic, at_dynamic, at_dynamic, len(dynamic), len(dynamic), 8
    )
    body = (head + load + segment + names + text).ljust(at_dynamic, b"\0") + dynamic
    if not sections:
        return body
    rows = [
        (0,) * 10,
        (1, 1, 2, at_text, at_text, len(text), 0, 0, 1, 0),
        (9, 3, 0, 0, at_section_names, len(section_names), 0, 0, 1, 0),
    ]
    tail = b"".join(struct.pack("<IIQQQQIIQQ", *row) for row in rows)
    return (body + section_names).ljust(at_sections, b"\0") + tail
