"""Why runs ended as they did, what they read, how the portal was reached; pages that are missing and not yet gone."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("cause", sa.String(length=32), nullable=True))
    op.add_column("runs", sa.Column("way", sa.Text(), nullable=True))
    op.add_column("runs", sa.Column("coverage", sa.JSON(), nullable=True))
    op.add_column("walks", sa.Column("whole", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("urls", sa.Column("missing_since", sa.DateTime(), nullable=True))
    op.execute("UPDATE urls SET missing_since = gone_since")
