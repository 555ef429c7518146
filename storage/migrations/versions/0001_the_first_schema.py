"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("merged_into", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["merged_into"], ["documents.id"], name=op.f("fk_documents_merged_into")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("body", sa.String(length=8), nullable=False),
        sa.Column("category", sa.String(length=8), nullable=False),
        sa.Column("term", sa.Integer(), nullable=True),
        sa.Column("session", sa.Integer(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.CheckConstraint("body IN ('cppcc', 'npc')", name=op.f("ck_proposals_body")),
        sa.CheckConstraint("category IN ('提案', '建议', '议案')", name=op.f("ck_proposals_category")),
        sa.CheckConstraint("length(region) = 6", name=op.f("ck_proposals_region")),
        sa.CheckConstraint("term IS NOT NULL OR year IS NOT NULL", name=op.f("ck_proposals_dated")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("portal", sa.String(length=64), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("trigger", sa.String(length=16), nullable=False),
        sa.Column("full", sa.Boolean(), nullable=False),
        sa.Column("urls", sa.JSON(), nullable=True),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("pid", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.Column("fetched", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("duplicates", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.CheckConstraint("outcome IN ('done', 'partial', 'failed', 'stopped')", name=op.f("ck_runs_outcome")),
        sa.CheckConstraint("trigger IN ('schedule', 'manual')", name=op.f("ck_runs_trigger")),
        sa.CheckConstraint('"changed" >= 0', name=op.f("ck_runs_changed")),
        sa.CheckConstraint('"duplicates" >= 0', name=op.f("ck_runs_duplicates")),
        sa.CheckConstraint('"failed" >= 0', name=op.f("ck_runs_failed")),
        sa.CheckConstraint('"fetched" >= 0', name=op.f("ck_runs_fetched")),
        sa.CheckConstraint('"gone" >= 0', name=op.f("ck_runs_gone")),
        sa.CheckConstraint('"listed" >= 0', name=op.f("ck_runs_listed")),
        sa.CheckConstraint('"new" >= 0', name=op.f("ck_runs_new")),
        sa.CheckConstraint('"unchanged" >= 0', name=op.f("ck_runs_unchanged")),
        sa.CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name=op.f("ck_runs_ended_with_outcome")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        sa.UniqueConstraint("portal", "due_at", name=op.f("uq_runs_portal_due_at")),
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_runs_portal"), ["portal"], unique=False)
        batch_op.create_index(
            "uq_runs_portal_unfinished",
            ["portal"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "answers",
        sa.Column("document_id", sa.String(length=16), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_answers_document_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_answers_proposal_id")),
        sa.PrimaryKeyConstraint("document_id", "proposal_id", name=op.f("pk_answers")),
    )
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answers_proposal_id"), ["proposal_id"], unique=False)

    op.create_table(
        "captures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("warc_file", sa.Text(), nullable=False),
        sa.Column("warc_offset", sa.Integer(), nullable=False),
        sa.Column("warc_length", sa.Integer(), nullable=False),
        sa.Column("truncated", sa.String(length=16), nullable=True),
        sa.Column("revisit_of", sa.Integer(), nullable=True),
        sa.Column("row_title", sa.Text(), nullable=True),
        sa.Column("row_date", sa.String(length=16), nullable=True),
        sa.CheckConstraint("status BETWEEN 100 AND 999", name=op.f("ck_captures_status")),
        sa.CheckConstraint("warc_offset >= 0 AND warc_length > 0 AND size >= 0", name=op.f("ck_captures_place")),
        sa.ForeignKeyConstraint(["revisit_of"], ["captures.id"], name=op.f("fk_captures_revisit_of")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_captures_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_captures")),
        sa.UniqueConstraint("warc_file", "warc_offset", name=op.f("uq_captures_warc_file_warc_offset")),
    )
    with op.batch_alter_table("captures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_captures_run_id"), ["run_id"], unique=False)
        batch_op.create_index("ix_captures_url_fetched_at", ["canonical", "fetched_at"], unique=False)

    op.create_table(
        "failures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_failures_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failures")),
    )
    with op.batch_alter_table("failures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_failures_run_id"), ["run_id"], unique=False)

    op.create_table(
        "findings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(length=16), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.CheckConstraint("verdict IN ('new', 'changed', 'duplicate', 'gone')", name=op.f("ck_findings_verdict")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_findings_document_id")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_findings_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
    )
    with op.batch_alter_table("findings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_findings_document_id"), ["document_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_findings_run_id"), ["run_id"], unique=False)

    op.create_table(
        "walks",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("column", sa.Text(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.CheckConstraint("pages >= 0 AND rows >= 0", name=op.f("ck_walks_counts")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_walks_run_id")),
        sa.PrimaryKeyConstraint("run_id", "column", name=op.f("pk_walks")),
    )
    op.create_table(
        "readings",
        sa.Column("capture_id", sa.Integer(), nullable=False),
        sa.Column("reader", sa.String(length=64), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("text_digest", sa.String(length=64), nullable=True),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["capture_id"], ["captures.id"], name=op.f("fk_readings_capture_id")),
        sa.PrimaryKeyConstraint("capture_id", name=op.f("pk_readings")),
    )
    with op.batch_alter_table("readings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_readings_content_digest"), ["content_digest"], unique=False)
        batch_op.create_index(batch_op.f("ix_readings_text_digest"), ["text_digest"], unique=False)

    op.create_table(
        "versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("capture_id", sa.Integer(), nullable=False),
        sa.Column("first_seen", sa.DateTime(), nullable=False),
        sa.Column("last_seen", sa.DateTime(), nullable=False),
        sa.CheckConstraint("last_seen >= first_seen", name=op.f("ck_versions_seen")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_versions_number")),
        sa.ForeignKeyConstraint(["capture_id"], ["captures.id"], name=op.f("fk_versions_capture_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_versions_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_versions")),
        sa.UniqueConstraint("document_id", "number", name=op.f("uq_versions_document_id_number")),
    )
    with op.batch_alter_table("versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_versions_capture_id"), ["capture_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_versions_document_id"), ["document_id"], unique=False)

    op.create_table(
        "attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("capture_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["capture_id"], ["captures.id"], name=op.f("fk_attachments_capture_id")),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_attachments_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("version_id", "canonical", name=op.f("uq_attachments_version_id_canonical")),
    )
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachments_canonical"), ["canonical"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachments_version_id"), ["version_id"], unique=False)

    op.create_table(
        "urls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("portal", sa.String(length=64), nullable=False),
        sa.Column("row_title", sa.Text(), nullable=True),
        sa.Column("row_date", sa.String(length=16), nullable=True),
        sa.Column("document_id", sa.String(length=16), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("capture_id", sa.Integer(), nullable=True),
        sa.Column("validator_id", sa.Integer(), nullable=True),
        sa.Column("listed_at", sa.DateTime(), nullable=False),
        sa.Column("first_seen", sa.DateTime(), nullable=True),
        sa.Column("last_seen", sa.DateTime(), nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=True),
        sa.Column("gone_since", sa.DateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("no_document", sa.String(length=32), nullable=True),
        sa.CheckConstraint("(document_id IS NULL) = (version_id IS NULL)", name=op.f("ck_urls_document_and_version")),
        sa.CheckConstraint("gone_since IS NULL OR document_id IS NOT NULL", name=op.f("ck_urls_gone_was_there")),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_urls_tries")),
        sa.ForeignKeyConstraint(["capture_id"], ["captures.id"], name=op.f("fk_urls_capture_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_urls_document_id")),
        sa.ForeignKeyConstraint(["validator_id"], ["captures.id"], name=op.f("fk_urls_validator_id")),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_urls_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urls")),
        sa.UniqueConstraint("canonical", name=op.f("uq_urls_canonical")),
    )
    with op.batch_alter_table("urls", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_urls_asked_at"), ["asked_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_urls_document_id"), ["document_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_urls_portal"), ["portal"], unique=False)

    op.create_index(
        "uq_proposals_identity",
        "proposals",
        [
            "region",
            "body",
            "category",
            sa.text("coalesce(term, 0)"),
            sa.text("coalesce(session, 0)"),
            sa.text("coalesce(year, 0)"),
            "number",
        ],
        unique=True,
    )
