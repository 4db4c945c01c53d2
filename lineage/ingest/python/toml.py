"""TOML documents as fields with paths, and TOML values as JSON ones."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from lineage.errors import DocumentRefusedError
from lineage.ingest.python.field import Fields, fields_of

_LARGEST = 2**53


def toml_document(content: bytes, format: str) -> Fields:  # noqa: A002
    """The document's top table; DocumentRefusedError (format, ``$``, reason) where it is none."""
    try:
        text = content.removeprefix(b"\xef\xbb\xbf").decode()
        return fields_of(tomllib.loads(text), format=format)
    except UnicodeDecodeError as error:
        reason = f"not UTF-8 text (byte {error.start})"
    except tomllib.TOMLDecodeError as error:
        reason = f"not TOML: {error}"
    except RecursionError:
        reason = "nested too deeply"
    raise DocumentRefusedError(format=format, path="$", reason=reason)


def plain(value: Any) -> Any:
    """TOML values as JSON ones: dates as text, numbers that JSON cannot hold as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and abs(value) < _LARGEST:
        return value
    return str(value)
