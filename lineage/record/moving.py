"""What moves without a revision: when slots were last spoken of, and what streams were told."""

from __future__ import annotations

import hashlib

import orjson

from lineage.record.session import Session


def moved(session: Session, tenant: str) -> str:
    """A digest (32 hex digits) that differs when something of the tenant has moved so."""
    with session.read(tenant) as work:
        seen = work.rows(
            "SELECT count(*), CAST(sum(s.seen) AS BIGINT), max(s.last_seen) FROM slot s"
            " JOIN tenant t ON t.id = s.tenant WHERE t.name = ?",
            tenant,
        )
        told = work.rows(
            "SELECT s.id, s.namespace, s.lenient, s.retired FROM stream s"
            " JOIN tenant t ON t.id = s.tenant WHERE t.name = ? AND (s.retired <> 0"
            " OR s.namespace IS NOT NULL OR s.lenient IS NOT NULL) ORDER BY s.id",
            tenant,
        )
    return hashlib.blake2b(orjson.dumps((seen, told)), digest_size=16).hexdigest()
