"""The record as it begins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alias",
        sa.Column("tenant", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "text", "key", name=op.f("pk_alias")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "assembly",
        sa.Column("tenant", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_assembly")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "claim_set",
        sa.Column("tenant", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("keyframe", sa.LargeBinary(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant", "keyframe"],
            ["claim_set.tenant", "claim_set.digest"],
            name=op.f("fk_claim_set_claim_set"),
        ),
        sa.PrimaryKeyConstraint("tenant", "digest", name=op.f("pk_claim_set")),
    )
    op.create_table(
        "document",
        sa.Column("tenant", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=True),
        sa.Column("depth", sa.SmallInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant", "previous"],
            ["document.tenant", "document.digest"],
            name=op.f("fk_document_document"),
        ),
        sa.PrimaryKeyConstraint("tenant", "digest", name=op.f("pk_document")),
    )
    op.create_table(
        "family",
        sa.Column("tenant", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_family")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_family_name", "family", ["tenant", "name"], unique=False)

    op.create_table(
        "installation",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation")),
    )
    op.create_table(
        "quarantine",
        sa.Column("tenant", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "revision", "position", name=op.f("pk_quarantine")),
    )
    op.create_table(
        "revision",
        sa.Column("tenant", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("submission", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "number", name=op.f("pk_revision")),
    )
    op.create_index("ix_revision_at", "revision", ["tenant", "at"], unique=False)

    op.create_table(
        "statement",
        sa.Column("tenant", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("proof", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.CHAR(length=1), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_statement")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_statement_subject", "statement", ["tenant", "subject"], unique=False)

    op.create_table(
        "stream",
        sa.Column("tenant", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("namespace", sa.Text(), nullable=True),
        sa.Column("lenient", sa.SmallInteger(), nullable=True),
        sa.Column("retired", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_stream")),
        sa.UniqueConstraint("tenant", "name", name=op.f("uq_stream_tenant_name")),
    )
    op.create_table(
        "tenant",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("head", sa.Integer(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenant")),
        sa.UniqueConstraint("name", name=op.f("uq_tenant_name")),
    )
    op.create_table(
        "slot",
        sa.Column("tenant", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stream", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("newest", sa.Integer(), nullable=True),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant", "stream"], ["stream.tenant", "stream.id"], name=op.f("fk_slot_stream")
        ),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_slot")),
    )
    op.create_index("ix_slot_stream", "slot", ["tenant", "stream"], unique=False)

    op.create_table(
        "holding",
        sa.Column("tenant", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("slot", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("assembly", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("from_revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("to_revision", sa.Integer(), nullable=True),
        sa.Column("stream", sa.BigInteger(), nullable=False),
        sa.Column("claim_set", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant", "claim_set"],
            ["claim_set.tenant", "claim_set.digest"],
            name=op.f("fk_holding_claim_set"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant", "slot"], ["slot.tenant", "slot.id"], name=op.f("fk_holding_slot")
        ),
        sa.PrimaryKeyConstraint(
            "tenant", "slot", "assembly", "from_revision", name=op.f("pk_holding")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_holding_open",
        "holding",
        ["tenant", "slot"],
        unique=False,
        sqlite_where=sa.text("to_revision IS NULL"),
        postgresql_where=sa.text("to_revision IS NULL"),
    )

    op.create_table(
        "submission",
        sa.Column("tenant", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("stream", sa.BigInteger(), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("given", sa.Text(), nullable=True),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("branch", sa.Text(), nullable=True),
        sa.Column("is_default", sa.SmallInteger(), nullable=True),
        sa.Column("latest", sa.SmallInteger(), nullable=True),
        sa.Column("commit_id", sa.Text(), nullable=True),
        sa.Column("job", sa.Text(), nullable=True),
        sa.Column("namespace", sa.Text(), nullable=False),
        sa.Column("lenient", sa.SmallInteger(), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("reader_version", sa.Text(), nullable=False),
        sa.Column("precedence", sa.Text(), nullable=False),
        sa.Column("whole_stream", sa.SmallInteger(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant", "document"],
            ["document.tenant", "document.digest"],
            name=op.f("fk_submission_document"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant", "slot"], ["slot.tenant", "slot.id"], name=op.f("fk_submission_slot")
        ),
        sa.PrimaryKeyConstraint("tenant", "revision", name=op.f("pk_submission")),
        sa.UniqueConstraint("tenant", "id", name=op.f("uq_submission_tenant_id")),
    )
    op.create_index(
        "ix_submission_slot", "submission", ["tenant", "slot", "revision"], unique=False
    )


def downgrade() -> None:
    op.drop_table("submission")
    op.drop_table("holding")
    op.drop_table("slot")
    op.drop_table("tenant")
    op.drop_table("stream")
    op.drop_table("statement")
    op.drop_table("revision")
    op.drop_table("quarantine")
    op.drop_table("installation")
    op.drop_table("family")
    op.drop_table("document")
    op.drop_table("claim_set")
    op.drop_table("assembly")
    op.drop_table("alias")
