"""Documents that people make by hand, on the command line or by mutation: set, join, attest.

Each is a small canonical JSON, kept byte for byte like any other document and read by ``READERS``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import orjson

from lineage.errors import DocumentRefusedError, LineageError
from lineage.model.claim import Claim, Edge, OfComponent, OfFamily, property_of
from lineage.model.document import Reading
from lineage.model.identity import Key, identify
from lineage.vocabulary.properties import ATTESTATION, STATES

SET = "set"
JOIN = "join"
ATTEST = "attest"
VERSION = "1"


def set_document(key: Key, name: str, value: Any, state: str = "value") -> bytes:
    """``lineage set KEY NAME=VALUE``: one property of one component."""
    return _canonical({"set": {"key": key, "name": name, "value": value, "state": state}})


def join_document(one: Key, other: Key, *, joined: bool = True) -> bytes:
    """``lineage join A B``, or with ``joined`` false ``lineage separate A B``."""
    return _canonical({"join": {"keys": sorted((one, other)), "joined": joined}})


def attest_document(
    key: Key, name: str, value: Any, *, evidence: str, expires: date, by: str, state: str = "value"
) -> bytes:
    """``lineage attest KEY NAME VALUE``: a property that a person vouches for.

    ``by`` is who does, ``evidence`` what shows it (an address, or a file's name and digest),
    ``expires`` the last day on which it counts.
    """
    told = {"key": key, "name": name, "value": value, "state": state}
    shown = {"evidence": evidence, "expires": expires.isoformat(), "by": by}
    return _canonical({ATTEST: {**told, **shown}})


def read_set(content: bytes) -> Reading:
    """The claim of a set document; DocumentRefusedError where it is none."""
    fields = _fields(content, SET, {"key", "name", "value", "state"})
    key, name, claim = _property(fields, SET)
    return _reading(SET, key, f"{key} {name}", (claim,))


def read_attest(content: bytes) -> Reading:
    """The claim of an attestation, and beside it its evidence; DocumentRefusedError for none."""
    more = {"evidence", "expires", "by"}
    fields = _fields(content, ATTEST, {"key", "name", "value", "state"} | more)
    key, name, claim = _property(fields, ATTEST)
    for field in sorted(more - {"expires"}):
        if not isinstance(fields[field], str) or not fields[field].strip():
            path = f"{ATTEST}.{field}"
            raise DocumentRefusedError(format=ATTEST, path=path, reason="it is empty")
    told = {
        "name": name, "evidence": fields["evidence"].strip(), "by": fields["by"].strip(),
        "expires": day(fields["expires"]).isoformat(),
    }  # fmt: skip
    beside = Claim(property_of(_about(key), ATTESTATION, told), None, ATTEST)
    return _reading(ATTEST, key, f"{key} {name}", (claim, beside))


def day(text: Any) -> date:
    """The last day on which an attestation counts; DocumentRefusedError where it is no day."""
    try:
        return date.fromisoformat(str(text).strip())
    except ValueError:
        reason = f"'{text}' is no day, such as 2027-01-31"
        raise DocumentRefusedError(format=ATTEST, path=f"{ATTEST}.expires", reason=reason) from None


def read_join(content: bytes) -> Reading:
    """The ``same_as`` edge of a join document; no claim in one that separates."""
    fields = _fields(content, JOIN, {"keys", "joined"})
    if not isinstance(fields["keys"], list) or len(fields["keys"]) != 2:
        raise DocumentRefusedError(format=JOIN, path="join.keys", reason="not two keys")
    one, other = sorted(_key(key, JOIN, "join.keys") for key in fields["keys"])
    if one == other:
        raise DocumentRefusedError(format=JOIN, path="join.keys", reason="both are the same")
    edge = Edge("same_as", OfComponent(one), other)
    claims = (Claim(edge, None, "join"),) if fields["joined"] is True else ()
    return _reading(JOIN, one, f"{one} {other}", claims)


READERS: Mapping[str, Callable[[bytes], Reading]] = MappingProxyType(
    {SET: read_set, JOIN: read_join, ATTEST: read_attest}
)


def _property(fields: Mapping[str, Any], form: str) -> tuple[Key, str, Claim]:
    key = _key(fields["key"], form, f"{form}.key")
    name, state = fields["name"], fields["state"]
    if not isinstance(name, str) or not name.strip():
        raise DocumentRefusedError(format=form, path=f"{form}.name", reason="the name is empty")
    if name == ATTESTATION:
        reason = f"'{name}' is what goes with a claim, it is none"
        raise DocumentRefusedError(format=form, path=f"{form}.name", reason=reason)
    if state not in STATES:
        known = ", ".join(STATES)
        raise DocumentRefusedError(format=form, path=f"{form}.state", reason=f"not one of {known}")
    claim = Claim(property_of(_about(key), name, fields["value"], state), None, form)
    return key, name, claim


def _about(key: Key) -> OfComponent | OfFamily:
    """What is set on a key without a version holds for every version that comes."""
    identity = identify(key)
    whole = identity.version is None and identity.form != "digest"
    return OfFamily(key) if whole else OfComponent(key)


def _reading(name: str, subject: Key, element: str, claims: tuple[Claim, ...]) -> Reading:
    return Reading(
        format=name,
        version=VERSION,
        subject=subject,
        own_subject=True,
        claims=claims,
        slot_kind="element",
        element=element,
        precedence="set",
    )


def _fields(content: bytes, name: str, wanted: set[str]) -> dict[str, Any]:
    try:
        raw = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise DocumentRefusedError(format=name, path="$", reason=f"not JSON: {error}") from None
    fields = raw.get(name) if isinstance(raw, dict) else None
    if not isinstance(fields, dict) or fields.keys() != wanted:
        reason = f"not an object of {', '.join(sorted(wanted))}"
        raise DocumentRefusedError(format=name, path=name, reason=reason)
    return fields


def _key(text: Any, name: str, path: str) -> Key:
    try:
        return identify(str(text)).key
    except LineageError as error:
        raise DocumentRefusedError(format=name, path=path, reason=str(error)) from None


def _canonical(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
