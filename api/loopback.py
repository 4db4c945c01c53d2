"""What may come in without a token: only this machine, and no page of another site.

Design section 12: without tokens only loopback Host names are answered, and no request that came
through a proxy. A page elsewhere can neither rebind a name to us (Host) nor post to us (Origin).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers

_PASSED_ON = frozenset({"forwarded", "via", "x-real-ip"})
"""Headers that only what passes requests on writes, beside every ``X-Forwarded-*``."""
_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


def refusal(headers: Headers, origins: Collection[str] = ()) -> str | None:
    """Why a request is refused, None where it is not. ``origins`` are those whose pages may ask."""
    for name in headers:
        if name in _PASSED_ON or name.startswith("x-forwarded"):
            return f"A request with {name} came through a proxy; that needs tokens."
    host = headers.get("host", "")
    if not is_loopback(_host_of(host)):
        return f"Host '{host}' is not this machine."
    said = headers.getlist("origin")
    for origin in said:
        if origin not in origins and not is_loopback(_host_of_origin(origin)):
            return f"Origin '{origin}' is not this machine."
    # A page elsewhere can have a browser fetch what it may not read, and such a request names no
    # Origin; whoever follows a link comes here himself.
    elsewhere = headers.get("sec-fetch-site") == "cross-site"
    if elsewhere and not said and headers.get("sec-fetch-mode") != "navigate":
        return "A page of another site asks (Sec-Fetch-Site: cross-site)."
    return None


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _host_of_origin(origin: str) -> str:
    try:
        return urlsplit(origin).hostname or ""
    except ValueError:
        return ""


def _host_of(header: str) -> str:
    """The name or address of a Host header; "" for what is more than that and a port."""
    found = _HOST.fullmatch(header)
    return found[1] if found else ""
