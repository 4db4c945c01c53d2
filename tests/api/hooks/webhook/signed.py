"""Deliveries signed as each kind of sender signs them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable


def _github(event: str, body: bytes, secret: str, delivery: str) -> dict[str, str]:
    made = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {
        "user-agent": "GitHub-Hookshot/044aadd", "x-github-event": event,
        "x-github-delivery": delivery, "x-hub-signature-256": f"sha256={made}",
    }  # fmt: skip


def _gitlab(event: str, body: bytes, secret: str, delivery: str) -> dict[str, str]:
    return {"x-gitlab-event": event, "x-gitlab-token": secret, "idempotency-key": delivery}


def _standard(event: str, body: bytes, secret: str, delivery: str) -> dict[str, str]:
    stamp, key = str(int(time.time())), base64.b64decode(secret.removeprefix("whsec_"))
    name = f"msg_{delivery}"
    made = hmac.new(key, f"{name}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": name, "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(made).decode()}",
    }  # fmt: skip


SIGNED: dict[str, Callable[[str, bytes, str, str], dict[str, str]]] = {
    "github": _github,
    "gitlab": _gitlab,
    "standard": _standard,
}
"""The headers of a delivery by the kind of its hook: (event, body, secret, delivery)."""
