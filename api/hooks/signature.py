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
import secrets as chance
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from lineage.errors import LineageError

TOLERANCE = 300
"""Seconds that a signed time may be away from ours (Standard Webhooks, reference library)."""
_HEX = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[A-Za-z0-9_:@+=/-]{1,200}")
_PREFIX = "whsec_"
_KEY_BYTES = range(24, 65)
_SHORTEST = 16
_SIGNATURES = 8

Check = Callable[[Mapping[str, str], bytes, Sequence[str], float], None]


class DeliveryRefusedError(LineageError):
    """The delivery is refused: {reason}."""

    code = "DELIVERY_REFUSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """How a kind of sender proves itself.

    ``check`` raises DeliveryRefusedError unless one of the secrets made the proof. ``ids`` are the
    headers that may have the delivery's id, the first that is there counts; ``event`` the header
    that says what it is about, None where the body does. ``encoded`` is whether its secrets are
    base64 of 24 to 64 bytes behind ``whsec_``, ``signs_id`` is whether the proof covers
    the id (or nothing at all): else whoever has seen a delivery could send it again under another.
    """

    check: Check
    ids: tuple[str, ...]
    event: str | None
    encoded: bool = False
    signs_id: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A verified delivery: its id, what its header says it is about ("" for nothing).

    ``mark`` is the same whenever it is sent again, and nobody can give it another one.
    """

    id: str
    event: str
    mark: str


def verify(
    kind: str, headers: Mapping[str, str], body: bytes, secrets: Sequence[str], *, now: float
) -> Delivery:
    """The delivery, if one of the secrets made its signature.

    ``headers`` have names in lower case; ``secrets`` is the one in use and, while it is being
    changed, the one before. Raises DeliveryRefusedError.
    """
    scheme = SCHEMES[kind]
    given = _id(headers, scheme.ids)
    scheme.check(headers, body, secrets, now)
    event = "" if scheme.event is None else _wanted(headers, scheme.event)
    mark = given if scheme.signs_id else hashlib.sha256(body).hexdigest()
    return Delivery(id=given, event=event, mark=mark)


def secret_of(kind: str, text: str) -> str:
    """A secret that a sender of the kind can use; DeliveryRefusedError for any other."""
    encoded = SCHEMES[kind].encoded or text.startswith(_PREFIX)
    if encoded and len(_key(text)) not in _KEY_BYTES:
        raise DeliveryRefusedError(reason="a secret is whsec_ and base64 of 24 to 64 bytes")
    if len(text) < _SHORTEST:
        raise DeliveryRefusedError(reason=f"a secret has at least {_SHORTEST} letters")
    return text


def new_secret() -> str:
    """A secret that every kind can use: it is text to those that know no ``whsec_``."""
    return _PREFIX + base64.b64encode(chance.token_bytes(32)).decode()


def _github(
    headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: float
) -> None:  # fmt: skip
    del now  # GitHub signs no time: who sends a delivery again is known by its bytes
    scheme, _, given = _wanted(headers, "x-hub-signature-256").partition("=")
    if scheme != "sha256" or not _HEX.fullmatch(given):
        raise DeliveryRefusedError(reason="X-Hub-Signature-256 is not sha256= and 64 hex digits")
    made = [hmac.new(one.encode(), body, hashlib.sha256).hexdigest() for one in secrets]
    _any(given, made)


def _gitlab(
    headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: float
) -> None:  # fmt: skip
    if "webhook-signature" in headers:
        _standard(headers, body, secrets, now)
    else:
        _any(_wanted(headers, "x-gitlab-token"), secrets)


def _standard(
    headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: float
) -> None:  # fmt: skip
    delivery = _wanted(headers, "webhook-id")
    stamp = _wanted(headers, "webhook-timestamp")
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) < 16):
        raise DeliveryRefusedError(reason="webhook-timestamp is not in seconds since 1970")
    if abs(now - int(stamp)) > TOLERANCE:
        raise DeliveryRefusedError(reason="webhook-timestamp is more than 5 minutes away")
    signed = f"{delivery}.{stamp}.".encode("utf-8", "surrogateescape") + body
    keys = [key for one in secrets if (key := _key(one))]
    made = [hmac.new(key, signed, hashlib.sha256).digest() for key in keys]
    given = [
        entry.removeprefix("v1,")
        for entry in _wanted(headers, "webhook-signature").split()[:_SIGNATURES]
        if entry.startswith("v1,")
    ]
    matches = [hmac.compare_digest(_bytes(one), other) for one in given for other in made]
    if not any(matches):
        raise DeliveryRefusedError(reason="no signature fits")


SCHEMES: Mapping[str, Scheme] = MappingProxyType(
    {
        "github": Scheme(
            check=_github, ids=("x-github-delivery",), event="x-github-event", signs_id=False
        ),
        # What is the same across retries comes first; an older GitLab sends the event's id only.
        "gitlab": Scheme(
            check=_gitlab,
            ids=("webhook-id", "idempotency-key", "x-gitlab-event-uuid"),
            event="x-gitlab-event",
        ),
        "standard": Scheme(check=_standard, ids=("webhook-id",), event=None, encoded=True),
    }
)
"""The kinds of hooks."""


def _any(given: str, wanted: Sequence[str]) -> None:
    text = given.encode("utf-8", "surrogateescape")
    matches = [hmac.compare_digest(text, one.encode()) for one in wanted]
    if not any(matches):
        raise DeliveryRefusedError(reason="the signature does not fit")


def _id(headers: Mapping[str, str], names: tuple[str, ...]) -> str:
    given = next((headers[name] for name in names if headers.get(name)), "").strip('"')
    if not given:
        several = f"there is neither {' nor '.join(names)}"
        missing = several if names[1:] else f"the header {names[0]} is missing"
        raise DeliveryRefusedError(reason=missing)
    # A dot would let a body begin inside the id that is signed before it.
    if not _ID.fullmatch(given):
        raise DeliveryRefusedError(reason="the id of the delivery has letters that none has")
    return given


def _wanted(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    if not value:
        raise DeliveryRefusedError(reason=f"the header {name} is missing")
    return value


def _key(secret: str) -> bytes:
    """The bytes that sign; none where it is no base64, and nothing is ever signed with none."""
    return _bytes(secret.removeprefix(_PREFIX)) if secret.startswith(_PREFIX) else secret.encode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
