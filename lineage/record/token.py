"""Tokens: who may do what for which tenant. A secret is shown once; its hash is kept.

A token reads ``lin_ID_SECRET``: the prefix lets scanners of leaked secrets find it, the id names
its row. 32 random bytes need no slow hash: nobody tries them all.
"""

from __future__ import annotations

import hmac
import re
import secrets
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

import orjson

from lineage.errors import TokenInvalidError, TokenRefusedError, TokenUnknownError
from lineage.record.append import tenant_number
from lineage.record.audit import Deed, note
from lineage.record.receipt import moment
from lineage.record.session import Row, Session, Work

PREFIX = "lin"
_TEXT = re.compile(r"lin_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_COLUMNS = (
    "tenant_name, id, name, rights, streams, made, made_by, expires, revoked, revoked_by, hash"
)
_QUERY = f"SELECT {_COLUMNS} FROM token WHERE id = ?"  # noqa: S608
_LONGEST_NAME = 200


class Right(StrEnum):
    """What a token may be good for; ``admin`` is good for everything its tenant has."""

    READ = "read"
    INGEST = "ingest"
    GATE = "gate"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token without its secret. ``streams`` are patterns (``*``: any letters), () for all."""

    id: str
    tenant: str
    name: str
    rights: tuple[Right, ...]
    streams: tuple[str, ...]
    made: datetime
    made_by: str
    expires: datetime | None
    revoked: datetime | None
    revoked_by: str | None

    def state(self, now: datetime | None = None) -> str:
        """valid, expired or revoked."""
        if self.revoked is not None:
            return "revoked"
        if self.expires is not None and self.expires <= (now or datetime.now(UTC)):
            return "expired"
        return "valid"


class Tokens:
    """The tokens of one database."""

    def __init__(self, session: Session, deed: Deed | None = None) -> None:
        """``deed`` is what changes are made by: each goes into the trail with it."""
        self._session = session
        self._deed = deed

    def create(
        self,
        *,
        name: str,
        tenant: str,
        rights: Collection[Right],
        streams: Collection[str] = (),
        expires: datetime | None = None,
        by: str = "",
        text: str | None = None,
    ) -> tuple[Token, str]:
        """A new token and its text, which nobody can be shown again; TokenInvalidError.

        ``text`` is one that was made elsewhere, in the form of ours, for an installation that is
        set up by a program.
        """
        _check(name, rights, streams, expires)
        number, secret = _parts(text) if text else (secrets.token_hex(6), secrets.token_urlsafe(32))
        listed = ",".join(right.value for right in Right if right in rights)

        def step(work: Work) -> Token:
            work.run(
                "INSERT INTO token (tenant, tenant_name, id, name, hash, rights, streams, made,"
                " made_by, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                tenant_number(work, tenant), tenant, number, name, _hash(secret), listed,
                orjson.dumps(list(streams)).decode(), _now(), by,
                None if expires is None else int(expires.timestamp() * 1_000_000),
            )  # fmt: skip
            self._note(work, tenant, number)
            return _token(_row(work, number))

        return self._session.write(step, tenant), f"{PREFIX}_{number}_{secret}"

    def all(self, tenant: str | None = None) -> tuple[Token, ...]:
        """Every token ever made (of one tenant), oldest first; revoked ones stay."""
        with self._session.read(tenant or "") as work:
            rows = work.rows(f"SELECT {_COLUMNS} FROM token ORDER BY made, id")  # noqa: S608
        return tuple(_token(row) for row in rows if tenant is None or row[0] == tenant)

    def any(self) -> bool:
        """Whether there is a token that is good for something now.

        True for a role of PostgreSQL that is shown the tokens of one tenant at a time: it cannot
        know, and a service refuses whoever brings none.
        """
        if self._session.postgresql:
            with self._session.read() as work:
                row = work.one("SELECT row_security_active('token')")
            if row is not None and row[0]:
                return True
        return any(token.state() == "valid" for token in self.all())

    def revoke(self, number: str, *, by: str = "") -> Token:
        """Make a token worthless, at once and for ever; TokenUnknownError."""

        def step(work: Work) -> Token:
            work.setting("lineage.token", number)
            token = _token(_row(work, number))
            work.setting("lineage.tenant", token.tenant)
            work.run(
                "UPDATE token SET revoked = ?, revoked_by = ? WHERE id = ? AND revoked IS NULL",
                _now(), by, number,
            )  # fmt: skip
            self._note(work, token.tenant, number)
            return _token(_row(work, number))

        return self._session.write(step)

    def verify(self, text: str) -> Token:
        """The token of a text; TokenRefusedError says why it is not one that is good now.

        Looked up each time, so that a revocation holds from the next request on.
        """
        said = _TEXT.fullmatch(text)
        if said is None:
            raise TokenRefusedError(reason="This is no token of this service")
        number, secret = said.groups()
        with self._session.read() as work:
            work.setting("lineage.token", number)
            row = work.one(_QUERY, number)
        # The comparison is made for an unknown id too: an answer must not take less time for it.
        kept = bytes(row[10]) if row is not None else bytes(32)
        if not hmac.compare_digest(_hash(secret), kept) or row is None:
            raise TokenRefusedError(reason="There is no such token")
        token = _token(row)
        state = token.state()
        if state != "valid":
            raise TokenRefusedError(reason=f"The token {token.id} is {state}")
        return token

    def _note(self, work: Work, tenant: str, number: str) -> None:
        if self._deed is not None:
            note(work, self._deed.entry(tenant, about=number))


def _parts(text: str) -> tuple[str, str]:
    found = _TEXT.fullmatch(text)
    if found is None:
        raise TokenInvalidError(reason="a token reads lin_, 12 hex digits, _, 43 letters")
    return found[1], found[2]


def _check(
    name: str, rights: Collection[Right], streams: Collection[str], expires: datetime | None
) -> None:
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise TokenInvalidError(reason=f"a name is 1 to {_LONGEST_NAME} printable letters")
    if not rights:
        raise TokenInvalidError(reason=f"say its rights: {', '.join(Right)}")
    for one in streams:
        if not one.strip() or not one.isprintable():
            raise TokenInvalidError(reason=f"'{one}' is no pattern of stream names")
    if expires is not None and expires <= datetime.now(UTC):
        raise TokenInvalidError(reason=f"{expires:%Y-%m-%d %H:%M} has passed")


def _row(work: Work, number: str) -> Row:
    row = work.one(_QUERY, number)
    if row is None:
        raise TokenUnknownError(id=number)
    return row


def _token(row: Row) -> Token:
    return Token(
        tenant=row[0], id=row[1], name=row[2],
        rights=tuple(Right(one) for one in row[3].split(",")),
        streams=tuple(orjson.loads(row[4])), made=moment(row[5]), made_by=row[6],
        expires=None if row[7] is None else moment(row[7]),
        revoked=None if row[8] is None else moment(row[8]), revoked_by=row[9],
    )  # fmt: skip


def _hash(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def _now() -> int:
    return time.time_ns() // 1000
