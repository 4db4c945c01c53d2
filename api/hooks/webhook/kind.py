"""The kinds of hooks: a row each. How each proves itself is in ``api.hooks.signature``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlsplit

from api.hooks.webhook import github, gitlab, standard
from api.hooks.webhook.meaning import Read
from lineage.errors import HookInvalidError


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of sender.

    ``api`` is the address below which it is asked, unless the hook says another ("" for none).
    ``events`` says what becomes of each event, by its name; ``event`` is the field of the body
    that has the name, where no header does. ``headers`` go with every question, ``credential`` is
    the header of the hook's credential, with ``{}`` for it.
    """

    name: str
    api: str
    events: Mapping[str, Read]
    event: str = ""
    headers: Mapping[str, str]
    credential: tuple[str, str]


_ADDRESS = re.compile(
    r"https?://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?P<port>:[0-9]{1,5})?(/[A-Za-z0-9._~/%-]*)?"
)
_LAST_PORT = 65535
_BEARER = ("Authorization", "Bearer {}")
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            Kind(
                name="github",
                api="https://api.github.com",
                events=github.EVENTS,
                headers={
                    "Accept": "application/vnd.github+json",
                    "X-GitHub-Api-Version": "2022-11-28",
                },
                credential=_BEARER,
            ),
            Kind(
                name="gitlab",
                api="https://gitlab.com/api/v4",
                events=gitlab.EVENTS,
                headers={"Accept": "application/json"},
                credential=("PRIVATE-TOKEN", "{}"),
            ),
            Kind(
                name="standard",
                api="",
                events=standard.EVENTS,
                event="type",
                headers={"Accept": "*/*"},
                credential=_BEARER,
            ),
        )
    }
)


def api_of(kind: str, said: str | None) -> str:
    """The address that a hook asks, as it is kept; HookInvalidError for what is none."""
    address = (said or KINDS[kind].api).rstrip("/")
    if address and (not _ADDRESS.fullmatch(address) or _port(address) > _LAST_PORT):
        reason = f"'{address[:200]}' is no address such as https://git.acme.example/api/v4"
        raise HookInvalidError(reason=reason)
    return address


def host_of(api: str) -> str:
    """The host that streams of the hook's repositories begin with."""
    return urlsplit(server_of(api)).netloc.lower()


def server_of(api: str) -> str:
    """The address of the server whose API it is, as clone addresses have it.

    >>> server_of("https://api.github.com")
    'https://github.com'
    >>> server_of("https://git.acme.example:8443/api/v4")
    'https://git.acme.example:8443'
    """
    parts = urlsplit(api)
    return f"{parts.scheme}://{parts.netloc.removeprefix('api.')}"


def _port(address: str) -> int:
    found = _ADDRESS.fullmatch(address)
    return int(found["port"][1:]) if found and found["port"] else 0
