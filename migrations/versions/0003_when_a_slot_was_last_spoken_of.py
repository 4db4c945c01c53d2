"""When the newest thing in a slot was said, so that a late event opens nothing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("slot", sa.Column("said", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("slot", "said")
