"""A principal: who asks, for which tenant, with which rights."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from lineage.errors import RightMissingError
from lineage.record.audit import Deed
from lineage.record.token import Right, Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who asks. ``streams`` are patterns of the streams it may write to, () for all.

    ``token`` is the id of the token that it came with; None for somebody on this machine, who is
    known by no ``name`` here (""). ``deed`` is what it does by this request.
    """

    tenant: str
    rights: frozenset[Right]
    name: str = ""
    token: str | None = None
    streams: tuple[str, ...] = ()
    deed: Deed | None = field(default=None, compare=False)

    def may(self, right: Right) -> bool:
        """Whether it has the right, or all of them."""
        return right in self.rights or Right.ADMIN in self.rights

    def require(self, *rights: Right) -> None:
        """RightMissingError unless it has one of the rights."""
        if not any(self.may(right) for right in rights):
            raise RightMissingError(right=rights[0].value, who=self.name or "nobody")

    def acting(self, *rights: Right) -> Principal:
        """The same one with more rights: for an endpoint that asks on its behalf."""
        return replace(self, rights=self.rights.union(rights))

    @property
    def writes_to(self) -> tuple[str, ...] | None:
        """Patterns of the streams it may write to; None for no writing at all."""
        return self.streams if self.may(Right.INGEST) else None


def local(tenant: str) -> Principal:
    """Somebody on this machine, who may do everything."""
    return Principal(tenant=tenant, rights=frozenset(Right))


def principal_of(token: Token) -> Principal:
    """Whom a verified token stands for."""
    return Principal(
        tenant=token.tenant,
        rights=frozenset(token.rights),
        name=f"token:{token.name}",
        token=token.id,
        streams=token.streams,
    )
