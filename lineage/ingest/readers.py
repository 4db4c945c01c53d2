"""Every reader there is, found in ``formats/``, and the one that is right for a document."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from lineage.errors import FormatUnknownError
from lineage.ingest import formats
from lineage.ingest.reader import Reader


def discover() -> Mapping[str, Reader]:
    """Readers by name, in order of name: each module or package of ``formats`` with a READER."""
    found: dict[str, Reader] = {}
    for module in pkgutil.iter_modules(formats.__path__):
        reader = getattr(
            importlib.import_module(f"{formats.__name__}.{module.name}"), "READER", None
        )
        if reader is not None:
            found[reader.name] = reader
    return MappingProxyType(dict(sorted(found.items())))


READERS: Mapping[str, Reader] = discover()


def pick(content: bytes, name: str, format: str | None = None) -> Reader:  # noqa: A002
    """The reader of a document.

    An explicit ``format`` is that one. Else readers that list the file name's suffix are asked
    first, the longest suffix before others, then the rest; the first that recognises the bytes is
    taken. A file whose suffix has two parts (``.cdx.json``) belongs to the reader that lists it,
    even where the bytes are damaged, so that the refusal names what is wrong with them.

    Raises FormatUnknownError, which lists the formats that are known.
    """
    if format is not None:
        if format not in READERS:
            raise FormatUnknownError(name=format, known=", ".join(READERS))
        return READERS[format]
    lengths = {reader.name: len(_suffix(reader, name)) for reader in READERS.values()}
    for reader in sorted(READERS.values(), key=lambda r: (-lengths[r.name], r.name)):
        if reader.recognises(content, name):
            return reader
    owners = [r for r in READERS.values() if _suffix(r, name).count(".") > 1]
    if len(owners) == 1:
        return owners[0]
    raise FormatUnknownError(name=_file(name) or "the document", known=", ".join(READERS))


def stem(name: str) -> str:
    """The file name without folders and without the suffix that a format lists.

    >>> stem("locks/torch-2.9.1-cu12.json")
    'torch-2.9.1-cu12'
    """
    file = _file(name)
    suffix = max((_suffix(reader, file) for reader in READERS.values()), key=len, default="")
    return file[: -len(suffix)] if suffix else file


def _suffix(reader: Reader, name: str) -> str:
    """The longest of the reader's suffixes that the file name ends with, "" for none."""
    lower = _file(name).lower()
    fitting = [s for s in reader.suffixes if lower.endswith(s) and len(lower) > len(s)]
    return max(fitting, key=len, default="")


def _file(name: str) -> str:
    return name.replace("\\", "/").rstrip("/").rpartition("/")[2]
