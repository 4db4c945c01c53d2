"""Addresses of files: the channel they come from, and nothing secret in them."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit, urlunsplit

# Folders below which an index keeps files by content or by package: the channel ends before them.
_STORE = re.compile(r"^(packages|simple|files|[0-9a-f]{2}|[0-9a-f]{32,})$")


def without_credentials(address: str) -> str:
    """The address without user, password and query; text that is no address comes back as is."""
    try:
        parts = urlsplit(address)
        if not parts.hostname:
            return address
        return urlunsplit((parts.scheme, _host(address), parts.path, "", ""))
    except ValueError:
        return address


def file_name(address: str) -> str:
    """The last part of an address, decoded; "" for text that is no address."""
    try:
        return unquote(urlsplit(address).path.rstrip("/").rpartition("/")[2])
    except ValueError:
        return ""


def channel_of(address: str, distribution: str = "") -> str:
    """Host and path of the index or channel that holds a file; "" for a local file.

    >>> channel_of("https://index.example/packages/19/17/torch-2.9.1-cp312-none-any.whl")
    'index.example'
    >>> channel_of("https://channel.example/whl/cu128/torch-2.9.1%2Bcu128-cp312-none-any.whl")
    'channel.example/whl/cu128'
    """
    try:
        parts = urlsplit(address)
        if not parts.hostname:
            return ""
        kept = [_host(address)]
    except ValueError:
        return ""
    for folder in parts.path.split("/")[1:-1]:
        if _STORE.match(folder) or (distribution and folder.lower() == distribution):
            break
        if folder:
            kept.append(unquote(folder))
    return "/".join(kept)


def _host(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
