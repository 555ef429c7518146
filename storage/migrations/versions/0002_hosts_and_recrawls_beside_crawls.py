"""Hosts are leased; a re-crawl may go on beside a crawl of its portal."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WHOLE_CRAWLS = sa.text("ended_at IS NULL AND urls IS NULL")


def upgrade() -> None:
    op.execute("UPDATE runs SET urls = NULL WHERE CAST(urls AS TEXT) = 'null'")  # JSON's null, as 0001 kept it
    op.drop_index("uq_runs_portal_unfinished", table_name="runs")
    op.create_index(
        "uq_runs_portal_unfinished",
        "runs",
        ["portal"],
        unique=True,
        sqlite_where=WHOLE_CRAWLS,
        postgresql_where=WHOLE_CRAWLS,
    )
    op.create_table(
        "hosts",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("next_id", sa.Integer(), nullable=True),
        sa.Column("free_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["next_id"], ["runs.id"], name=op.f("fk_hosts_next_id")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_hosts_run_id")),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_hosts")),
    )
