"""The port of a reader: bytes of one document in, a Reading out. A reader looks nothing up.

Adding a format is one file in ``formats/`` and a folder of sample documents; ``readers.py`` finds
it. A reader raises DocumentRefusedError (format, dotted path, reason) for a document that is not
valid, and quarantines a bad part of a valid one, so that the rest goes in.
"""

from __future__ import annotations

from typing import Protocol

from lineage.model.document import Circumstance, Reading

__all__ = ["Circumstance", "Reader"]


class Reader(Protocol):
    """One format. ``version`` changes whenever the same bytes would give other claims.

    ``suffixes`` are file-name suffixes, longest first, that are cut to get a stem and that make
    this reader the first to be asked.
    """

    name: str
    version: str
    suffixes: tuple[str, ...]

    def recognises(self, content: bytes, name: str) -> bool:
        """Whether these bytes (or this file name) are of this format; cheap, never raises."""
        ...

    def read(self, content: bytes, circumstance: Circumstance) -> Reading:
        """The claims of the document."""
        ...
