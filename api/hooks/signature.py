"""Whether a delivery comes from who it says, judged on its raw bytes.

Schemes: GitHub's ``X-Hub-Signature-256`` (HMAC-SHA256 of the body, hexadecimal); GitLab's
``X-Gitlab-Token`` (the secret itself); Standard Webhooks 1.0.0 (HMAC-SHA256 of id.timestamp.body,
base64, several for rotation), which GitLab's signing tokens follow too. Every comparison takes
constant time, and every secret is tried whatever came of the one before.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from lineage.errors import LineageError

TOLERANCE = 300
"""Seconds that a signed time may be away from ours (Standard Webhooks, reference library)."""
_HEX = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[A-Za-z0-9_:@+=/-]{1,200}")
_PREFIX = "whsec_"


class DeliveryRefusedError(LineageError):
    """The delivery is refused: {reason}."""

    code = "DELIVERY_REFUSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A verified delivery: its id (the same when it is sent again), and what it is about."""

    id: str
    event: str


def verify(
    kind: str, headers: Mapping[str, str], body: bytes, secrets: Sequence[str], *, now: float
) -> Delivery:
    """The delivery, if one of the secrets made its signature.

    ``headers`` have names in lower case; ``secrets`` is the one in use and, while it is being
    changed, the one before. Raises DeliveryRefusedError.
    """
    return SCHEMES[kind](headers, body, secrets, now)


def secret_of(kind: str, text: str) -> str:
    """A secret as it is kept; DeliveryRefusedError where no sender of that kind could use it."""
    if kind == "standard" and not 24 <= len(_key(text)) <= 64:
        raise DeliveryRefusedError(reason="a secret is whsec_ and base64 of 24 to 64 bytes")
    if len(text) < 16:
        raise DeliveryRefusedError(reason="a secret has at least 16 letters")
    return text


def _github(
    headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: float
) -> Delivery:  # fmt: skip
    del now  # GitHub signs no time: who sends a delivery again is known by its id
    scheme, _, given = _wanted(headers, "x-hub-signature-256").partition("=")
    if scheme != "sha256" or not _HEX.fullmatch(given):
        raise DeliveryRefusedError(reason="X-Hub-Signature-256 is not sha256= and 64 hex digits")
    made = [hmac.new(one.encode(), body, hashlib.sha256).hexdigest() for one in secrets]
    _any(given, made)
    return Delivery(
        id=_id(_wanted(headers, "x-github-delivery")), event=_wanted(headers, "x-github-event")
    )


def _gitlab(
    headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: float
) -> Delivery:  # fmt: skip
    if "webhook-signature" in headers:
        signed = _standard(headers, body, secrets, now)
        return Delivery(id=signed.id, event=headers.get("x-gitlab-event", ""))
    _any(_wanted(headers, "x-gitlab-token"), secrets)
    # The same across retries; an older GitLab sends the event's id only.
    given = headers.get("idempotency-key") or headers.get("x-gitlab-event-uuid")
    if not given:
        raise DeliveryRefusedError(reason="neither Idempotency-Key nor X-Gitlab-Event-UUID")
    return Delivery(id=_id(given.strip('"')), event=headers.get("x-gitlab-event", ""))


def _standard(
    headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: float
) -> Delivery:  # fmt: skip
    delivery = _id(_wanted(headers, "webhook-id"))
    stamp = _wanted(headers, "webhook-timestamp")
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) < 16):
        raise DeliveryRefusedError(reason="webhook-timestamp is not in seconds since 1970")
    if abs(now - int(stamp)) > TOLERANCE:
        raise DeliveryRefusedError(reason="webhook-timestamp is more than 5 minutes away")
    signed = f"{delivery}.{stamp}.".encode() + body
    made = [hmac.new(_key(one), signed, hashlib.sha256).digest() for one in secrets]
    given = [
        entry.removeprefix("v1,")
        for entry in _wanted(headers, "webhook-signature").split()[:8]
        if entry.startswith("v1,")
    ]
    matches = [hmac.compare_digest(_bytes(one), other) for one in given for other in made]
    if not any(matches):
        raise DeliveryRefusedError(reason="no signature fits")
    return Delivery(id=delivery, event=headers.get("webhook-event", ""))


SCHEMES: Mapping[str, Callable[[Mapping[str, str], bytes, Sequence[str], float], Delivery]] = (
    MappingProxyType({"github": _github, "gitlab": _gitlab, "standard": _standard})
)
"""The kinds of hooks."""


def _any(given: str, wanted: Sequence[str]) -> None:
    text = given.encode("utf-8", "surrogateescape")
    matches = [hmac.compare_digest(text, one.encode()) for one in wanted]
    if not any(matches):
        raise DeliveryRefusedError(reason="the signature does not fit")


def _wanted(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    if not value:
        raise DeliveryRefusedError(reason=f"the header {name} is missing")
    return value


def _id(text: str) -> str:
    # A dot would let a body begin inside the id that is signed before it.
    if not _ID.fullmatch(text):
        raise DeliveryRefusedError(reason="the id of the delivery has letters that none has")
    return text


def _key(secret: str) -> bytes:
    return _bytes(secret.removeprefix(_PREFIX)) if secret.startswith(_PREFIX) else secret.encode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
