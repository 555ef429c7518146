"""A reading may be made of several captures, and a URL may show less than its document holds."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("readings", sa.Column("parts", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("urls", sa.Column("incomplete", sa.Boolean(), server_default=sa.false(), nullable=False))
