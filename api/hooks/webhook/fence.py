"""Where fetches may go: hosts by name, addresses by network.

A sender chooses none of the addresses that are asked: they lie below the API address of its hook,
which an administrator has said, or where that API redirects to. Even so no name may lead into the
networks of the installation itself, unless these are said to be open.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from api.hooks.webhook.failure import FetchDelayedError, FetchFailedError
from api.settings import Settings

DEFAULT_PORTS = {"https": 443, "http": 80}
# An IPv4 address in the clothes of IPv6 (RFC 6052): the router takes them off.
_TRANSLATED = IPv6Network("64:ff9b::/96")
Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An address that may be asked, and the numbers it may be asked at."""

    scheme: str
    host: str
    port: int
    path: str
    numbers: tuple[str, ...]

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port: what a credential belongs to."""
        return self.scheme, self.host, self.port

    @property
    def shown(self) -> str:
        """The address without its query, which may carry a signature."""
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.path.partition('?')[0]}"


class Fence:
    """What may be fetched from, for one hook: its own API, and the hosts of the settings."""

    def __init__(self, api: str, settings: Settings) -> None:
        """``api`` may be "" for a hook that has none."""
        self.own = _origin(api) if api else None
        self._hosts = settings.stores
        self._networks = settings.networks

    def target(self, address: str) -> Target:
        """What is asked for an address.

        Raises FetchFailedError for one that may not be asked, FetchDelayedError for a name that
        cannot be looked up now.
        """
        scheme, host, port = _origin(address)
        shown = f"{scheme}://{host}:{port}"
        if (scheme, host, port) != self.own and not self._listed(scheme, host, port):
            reason = "neither the hook's own API nor one of LINEAGE_HOOK_HOSTS"
            raise FetchFailedError(address=shown, reason=reason)
        numbers = [one for one in _numbers(host, port, shown) if self._open(one, scheme)]
        if not numbers:
            needed = "a private address" if scheme == "https" else "without TLS (http)"
            reason = f"{needed}, outside of LINEAGE_HOOK_NETWORKS"
            raise FetchFailedError(address=shown, reason=reason)
        parts = urlsplit(address)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return Target(scheme=scheme, host=host, port=port, path=path, numbers=tuple(numbers))

    def _listed(self, scheme: str, host: str, port: int) -> bool:
        named = host if port == DEFAULT_PORTS[scheme] else f"{host}:{port}"
        return any(
            named == one or (one.startswith("*.") and named.endswith(one[1:]))
            for one in self._hosts
        )

    def _open(self, number: str, scheme: str) -> bool:
        address = _plain(ip_address(number))
        if any(address in network for network in self._networks):
            return True
        return scheme == "https" and address.is_global and not (
            address.is_multicast or address.is_reserved or address.is_unspecified
        )  # fmt: skip


def _origin(address: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address; FetchFailedError for what is none."""
    try:
        parts = urlsplit(address)
        scheme, host, port = parts.scheme.lower(), parts.hostname or "", parts.port
    except ValueError:
        scheme, host, port = "", "", None
    plain = address.isascii() and address.isprintable() and " " not in address
    if scheme not in DEFAULT_PORTS or not host or "@" in parts.netloc or not plain:
        raise FetchFailedError(address=address[:200], reason="no address of http or https")
    return scheme, host.rstrip(".").lower(), port or DEFAULT_PORTS[scheme]


def _numbers(host: str, port: int, shown: str) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = f"the name cannot be looked up ({error})"
        raise FetchDelayedError(address=shown, reason=reason) from None
    return list(dict.fromkeys(str(one[4][0]).partition("%")[0] for one in found))


def _plain(address: Address) -> Address:
    if isinstance(address, IPv6Address):
        if address in _TRANSLATED:
            return IPv4Address(int(address) & 0xFFFFFFFF)
        return address.ipv4_mapped or address.sixtofour or address
    return address
