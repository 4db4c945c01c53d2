"""Artefact evidence: the shared objects of one artefact, seen together (design section 5, rule 2).

The value has the fields of the knowledge row ``artefact``, and how far one looked:

- ``needed``: sonames that its ELF files need, less those that it ships; [] says that somebody
  looked and there are none.
- ``opened``: names in their constant text that look like shared objects, less those that it needs
  or ships: weaker evidence.
- ``ships``: the libraries inside, by soname, and by file name where that differs; also those that
  a packer of wheels renamed (``libgomp-1a2b3c4d.so.1``).
- ``binaries``: how many ELF files it holds. ``uninspected``: binaries of other systems (Mach-O,
  PE), which nobody reads here. ``damaged``: ELF files that could not be read. ``partial``: time or
  size ran out. With any of these three the evidence proves what it names, not what it lacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from lineage.ingest.python.elf import MAGIC, shared_object
from lineage.ingest.python.field import Fields, fields_of
from lineage.model.document import Quarantined

HEAD = 8  # bytes that tell what a file is
# Files by these names hold no machine code; they need not be opened.
TEXT = (".py", ".pyi", ".pyx", ".pxd", ".txt", ".md", ".rst", ".json", ".h", ".hpp", ".cuh", ".c",
         ".cc", ".cpp", ".yaml", ".toml", ".js", ".css", ".html", ".svg", ".png")  # fmt: skip
_LIBRARY = re.compile(r"^lib.+\.so(\.[0-9.]+)?$|\.so\.[0-9.]+$")
_MACH = (
    b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe",
)  # fmt: skip
_MACH_MANY = b"\xca\xfe\xba\xbe"  # also a class file of Java
_FOREIGN = (".dylib", ".pyd", ".dll", ".exe")
_LISTED = 200
_NAMES = ("needed", "opened", "ships", "uninspected", "damaged")


@dataclass(slots=True)
class Inspection:
    """Collects what files say; ``facts`` is the evidence so far."""

    needed: dict[str, None] = field(default_factory=dict)
    opened: dict[str, None] = field(default_factory=dict)
    libraries: dict[str, None] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    binaries: int = 0
    inspected: int = 0
    uninspected: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    partial: bool = False

    def look(self, path: str, file: BinaryIO, *, deadline: float | None = None) -> None:
        """Inspect one file of the artefact, seekable; a damaged one is set aside by its path."""
        head = file.read(HEAD)
        file.seek(0)
        if not is_binary(path, head):
            return
        if not head.startswith(MAGIC):
            self.uninspected.append(path)
            return
        self.binaries += 1
        name = path.rpartition("/")[2]
        try:
            found = shared_object(file, deadline=deadline)
        except ValueError as error:
            self.set_aside(path, str(error))
            return
        self.inspected += 1
        self.partial = self.partial or not found.whole
        self.needed.update(dict.fromkeys(found.needed))
        self.opened.update(dict.fromkeys(found.opened))
        self.names |= {name, found.soname} - {""}
        if found.soname:
            self.libraries[found.soname] = None
        if _LIBRARY.search(name):
            self.libraries[name] = None

    def set_aside(self, path: str, reason: str) -> None:
        """A file that should have been read and could not be."""
        self.damaged.append(path)
        self.quarantined.append(Quarantined(path=path, reason=reason))

    def facts(self) -> dict[str, Any]:
        """The evidence; without ``needed`` where there are binaries and none could be read."""
        value: dict[str, Any] = {}
        if self.inspected or not (self.damaged or self.uninspected):
            value["needed"] = sorted(self.needed.keys() - self.names)
        opened = sorted(self.opened.keys() - self.needed.keys() - self.names)
        some: Iterable[tuple[str, Any]] = (
            ("opened", opened),
            ("ships", sorted(self.libraries)),
            ("binaries", self.binaries),
            ("uninspected", _listed(self.uninspected)),
            ("damaged", _listed(self.damaged)),
            ("partial", self.partial),
        )
        return value | {name: part for name, part in some if part}


def _listed(paths: Iterable[str]) -> list[str]:
    """Sorted; a hostile archive has no thousand of them in its evidence, but their number."""
    found = sorted(paths)
    more = len(found) - _LISTED
    return found if more <= 0 else [*found[:_LISTED], f"... and {more} more"]


def is_binary(path: str, head: bytes) -> bool:
    """Whether a file is machine code, by its first bytes (and its name, for other systems)."""
    if head.startswith((MAGIC, *_MACH)):
        return True
    lower = path.lower()
    if head.startswith(b"MZ") and lower.endswith(_FOREIGN):
        return True
    return head.startswith(_MACH_MANY) and not lower.endswith(".class")


def stated_evidence(stated: Fields) -> dict[str, Any]:
    """Evidence as a document states it, checked: a verdict reads it without looking twice.

    Raises DocumentRefusedError with the dotted path of what is no list of texts.
    """
    value: dict[str, Any] = dict(stated.values)
    for name in _NAMES:
        names = stated.maybe_entries(name)
        for number, one in enumerate(names):
            if not isinstance(one, str):
                stated.refuse(f"{name}.{number}", "is not a text")
        if name in value:
            value[name] = names
    return value


def stated_damage(stated: Fields) -> list[Quarantined]:
    """What a document says could not be read: its list ``unreadable`` of {path, reason}."""
    found = []
    for number, one in enumerate(stated.maybe_entries("unreadable")):
        path = f"{stated.at('unreadable')}.{number}"
        said = fields_of(one, format=stated.format, path=path)
        reason = f"{said.maybe_text('path') or '?'}: {said.maybe_text('reason') or 'unreadable'}"
        found.append(Quarantined(path=path, reason=reason, raw=one))
    return found
