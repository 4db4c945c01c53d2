"""What may come in without a token: only this machine, and no page of another site.

Design section 12: without tokens only loopback Host names are answered, and no request that came
through a proxy. A page elsewhere can neither rebind a name to us (Host) nor post to us (Origin).
"""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers


def refusal(headers: Headers, origins: Collection[str] = ()) -> str | None:
    """Why a request is refused, None where it is not. ``origins`` are those whose pages may ask."""
    for name in headers:
        if name == "forwarded" or name.startswith("x-forwarded-"):
            return f"A request with {name} came through a proxy; that needs tokens."
    host = headers.get("host", "")
    if not is_loopback(_host_of(host)):
        return f"Host '{host}' is not this machine."
    origin = headers.get("origin")
    if origin is None or origin in origins or is_loopback(_host_of_origin(origin)):
        return None
    return f"Origin '{origin}' is not this machine."


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
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""
