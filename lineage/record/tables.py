"""The tables of the record, on SQLite and PostgreSQL alike; the tenant stands in every key.

Times are microseconds since 1970 (UTC), so that both databases keep them exactly. Ids of names
(``stream.id``, ``slot.id``, ``assembly.id``, ``statement.subject``) are keyed digests of their
text, like statement ids: writers never look a number up.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

METADATA = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


def _key(name: str, kind: type[sa.types.TypeEngine[Any]] = sa.BigInteger) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def _tenant() -> sa.Column[Any]:
    return sa.Column("tenant", sa.SmallInteger, primary_key=True, autoincrement=False)


def _to(table: str, *columns: str) -> sa.ForeignKeyConstraint:
    target = "digest" if table in ("claim_set", "document") else "id"
    return sa.ForeignKeyConstraint(
        ["tenant", *columns], [f"{table}.tenant", f"{table}.{target}"]
    )  # fmt: skip


installation = sa.Table(
    "installation",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
)

# ``head``, ``chain`` and ``at`` repeat the newest revision: its row is the lock that is taken last.
tenant = sa.Table(
    "tenant",
    METADATA,
    sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("head", sa.Integer, nullable=False),
    sa.Column("chain", sa.LargeBinary, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
)

stream = sa.Table(
    "stream",
    METADATA,
    _tenant(),
    _key("id"),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("namespace", sa.Text),
    sa.Column("lenient", sa.SmallInteger),
    sa.Column("retired", sa.SmallInteger, nullable=False),
    sa.UniqueConstraint("tenant", "name"),
)

# Branch and default of a stream, and a slot's mark, are those of its newest submission. ``said``
# is when events of a source say that it was so (ISO 8601, UTC): an older one opens nothing.
slot = sa.Table(
    "slot",
    METADATA,
    _tenant(),
    _key("id"),
    sa.Column("stream", sa.BigInteger, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("subject", sa.Text),
    sa.Column("format", sa.Text, nullable=False),
    sa.Column("newest", sa.Integer),
    sa.Column("seen", sa.Integer, nullable=False),
    sa.Column("last_seen", sa.BigInteger, nullable=False),
    sa.Column("said", sa.Text),
    _to("stream", "stream"),
    sa.Index("ix_slot_stream", "tenant", "stream"),
)

document = sa.Table(
    "document",
    METADATA,
    _tenant(),
    _key("digest", sa.LargeBinary),
    sa.Column("previous", sa.LargeBinary),
    sa.Column("depth", sa.SmallInteger, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    _to("document", "previous"),
)

statement = sa.Table(
    "statement",
    METADATA,
    _tenant(),
    _key("id"),
    sa.Column("proof", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.CHAR(1), nullable=False),
    sa.Column("subject", sa.BigInteger, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("ix_statement_subject", "tenant", "subject"),
    sqlite_with_rowid=False,
)

assembly = sa.Table(
    "assembly",
    METADATA,
    _tenant(),
    _key("id"),
    sa.Column("key", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)

family = sa.Table(
    "family",
    METADATA,
    _tenant(),
    _key("id"),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Index("ix_family_name", "tenant", "name"),
    sqlite_with_rowid=False,
)

# ``text`` is folded (lower case, parts joined by "/"); ``key`` the component or family it names.
alias = sa.Table(
    "alias",
    METADATA,
    _tenant(),
    _key("text", sa.Text),
    _key("key", sa.Text),
    sqlite_with_rowid=False,
)

claim_set = sa.Table(
    "claim_set",
    METADATA,
    _tenant(),
    _key("digest", sa.LargeBinary),
    sa.Column("keyframe", sa.LargeBinary),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    _to("claim_set", "keyframe"),
)

holding = sa.Table(
    "holding",
    METADATA,
    _tenant(),
    _key("slot"),
    _key("assembly"),
    _key("from_revision", sa.Integer),
    sa.Column("to_revision", sa.Integer),
    sa.Column("stream", sa.BigInteger, nullable=False),
    sa.Column("claim_set", sa.LargeBinary, nullable=False),
    _to("slot", "slot"),
    _to("claim_set", "claim_set"),
    sa.Index(
        "ix_holding_open",
        "tenant",
        "slot",
        sqlite_where=sa.text("to_revision IS NULL"),
        postgresql_where=sa.text("to_revision IS NULL"),
    ),
    sqlite_with_rowid=False,
)

revision = sa.Table(
    "revision",
    METADATA,
    _tenant(),
    _key("number", sa.Integer),
    sa.Column("chain", sa.LargeBinary, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("submission", sa.Text, nullable=False),
    sa.Index("ix_revision_at", "tenant", "at"),
)

submission = sa.Table(
    "submission",
    METADATA,
    _tenant(),
    _key("revision", sa.Integer),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("stream", sa.BigInteger, nullable=False),
    sa.Column("slot", sa.BigInteger, nullable=False),
    sa.Column("document", sa.LargeBinary, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("given", sa.Text),
    sa.Column("part", sa.Text, nullable=False),
    sa.Column("principal", sa.Text, nullable=False),
    sa.Column("client", sa.Text, nullable=False),
    sa.Column("branch", sa.Text),
    sa.Column("is_default", sa.SmallInteger),
    sa.Column("latest", sa.SmallInteger),
    sa.Column("commit_id", sa.Text),
    sa.Column("job", sa.Text),
    sa.Column("namespace", sa.Text, nullable=False),
    sa.Column("lenient", sa.SmallInteger, nullable=False),
    sa.Column("reader", sa.Text, nullable=False),
    sa.Column("reader_version", sa.Text, nullable=False),
    sa.Column("precedence", sa.Text, nullable=False),
    sa.Column("whole_stream", sa.SmallInteger, nullable=False),
    sa.Column("facts", sa.Text, nullable=False),
    sa.Column("receipt", sa.Text, nullable=False),
    _to("slot", "slot"),
    _to("document", "document"),
    sa.UniqueConstraint("tenant", "id"),
    sa.Index("ix_submission_slot", "tenant", "slot", "revision"),
)

quarantine = sa.Table(
    "quarantine",
    METADATA,
    _tenant(),
    _key("revision", sa.Integer),
    _key("position", sa.Integer),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("raw", sa.Text, nullable=False),
)

# ``hash`` is SHA-256 of the secret part; ``streams`` a JSON list of patterns, [] for all. The
# tenant's name stands here too: who comes with a token may not see the tenants before it is known.
token = sa.Table(
    "token",
    METADATA,
    _tenant(),
    _key("id", sa.Text),
    sa.Column("tenant_name", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    sa.Column("rights", sa.Text, nullable=False),
    sa.Column("streams", sa.Text, nullable=False),
    sa.Column("made", sa.BigInteger, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("expires", sa.BigInteger),
    sa.Column("revoked", sa.BigInteger),
    sa.Column("revoked_by", sa.Text),
    sa.UniqueConstraint("id"),
)

# Rows are added, never changed: triggers of the migration see to that.
audit = sa.Table(
    "audit",
    METADATA,
    _tenant(),
    _key("at"),
    _key("id", sa.Text),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("token", sa.Text),
    sa.Column("client", sa.Text, nullable=False),
    sa.Column("operation", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("cost", sa.BigInteger),
    sa.Column("result", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer),
)

# ``position`` orders a lane; ``told`` is what came with the bytes, as JSON; the bytes go when the
# item is done. ``idempotency_key`` is the sender's, or the id of a delivery.
inbox = sa.Table(
    "inbox",
    METADATA,
    _tenant(),
    _key("id", sa.Text),
    sa.Column("tenant_name", sa.Text, nullable=False),
    sa.Column("lane", sa.Text, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("bulk", sa.SmallInteger, nullable=False),
    sa.Column("accepted", sa.BigInteger, nullable=False),
    sa.Column("due", sa.BigInteger, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("told", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("body", sa.LargeBinary),
    sa.Column("idempotency_key", sa.Text),
    sa.Column("fingerprint", sa.LargeBinary),
    sa.Column("worker", sa.Text),
    sa.Column("lease", sa.BigInteger),
    sa.Column("result", sa.Text),
    sa.Column("code", sa.Text),
    sa.Column("error", sa.Text),
    sa.Column("revision", sa.Integer),
    sa.Column("finished", sa.BigInteger),
    sa.UniqueConstraint("tenant", "idempotency_key"),
    sa.Index("ix_inbox_lane", "tenant", "lane", "position"),
    sa.Index("ix_inbox_state", "state", "due"),
)

# ``secret``, ``secret_before`` and ``credential`` name a secret (``env:``, ``file:``) or hold it
# sealed; none is kept as it is. ``until`` is when the secret before ends, NULL for never.
hook = sa.Table(
    "hook",
    METADATA,
    _tenant(),
    _key("id", sa.Text),
    sa.Column("tenant_name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("stream", sa.Text, nullable=False),
    sa.Column("files", sa.Text, nullable=False),
    sa.Column("api", sa.Text, nullable=False),
    sa.Column("secret", sa.Text, nullable=False),
    sa.Column("secret_before", sa.Text),
    sa.Column("until", sa.BigInteger),
    sa.Column("credential", sa.Text),
    sa.Column("made", sa.BigInteger, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.UniqueConstraint("id"),
)
