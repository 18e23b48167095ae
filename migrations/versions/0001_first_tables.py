"""First tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bank_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bank", sa.String(length=80), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_versions")),
        sa.UniqueConstraint("bank", "content_hash", name=op.f("uq_bank_versions_bank_content_hash")),
    )
    op.create_table(
        "guesses",
        sa.Column("bucket", sa.String(length=64), nullable=False),
        sa.Column("window_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "window_at", name=op.f("pk_guesses")),
    )
    op.create_table(
        "item_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bank", sa.String(length=80), nullable=False),
        sa.Column("item", sa.String(length=80), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("objective", sa.String(length=60), nullable=False),
        sa.Column("difficulty", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("enemies", sa.String(length=80), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_versions")),
        sa.UniqueConstraint("bank", "item", "content_hash", name=op.f("uq_item_versions_bank_item_content_hash")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('recruiter', 'author', 'admin')", name=op.f("ck_users_role")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_users_email_lower_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "assessments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_assessments_created_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
        sa.UniqueConstraint("public_id", name=op.f("uq_assessments_public_id")),
    )
    with op.batch_alter_table("assessments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assessments_created_at"), ["created_at"], unique=False)

    op.create_table(
        "bank_items",
        sa.Column("bank_version_id", sa.Integer(), nullable=False),
        sa.Column("item_version_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_version_id"], ["bank_versions.id"], name=op.f("fk_bank_items_bank_version_id_bank_versions")
        ),
        sa.ForeignKeyConstraint(
            ["item_version_id"], ["item_versions.id"], name=op.f("fk_bank_items_item_version_id_item_versions")
        ),
        sa.PrimaryKeyConstraint("bank_version_id", "item_version_id", name=op.f("pk_bank_items")),
    )
    op.create_table(
        "current_banks",
        sa.Column("bank", sa.String(length=80), nullable=False),
        sa.Column("bank_version_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_version_id"], ["bank_versions.id"], name=op.f("fk_current_banks_bank_version_id_bank_versions")
        ),
        sa.PrimaryKeyConstraint("bank", name=op.f("pk_current_banks")),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_staff_sessions_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_sessions")),
    )
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_sessions_user_id"), ["user_id"], unique=False)

    op.create_table(
        "assessment_banks",
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("bank_version_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name=op.f("fk_assessment_banks_assessment_id_assessments")
        ),
        sa.ForeignKeyConstraint(
            ["bank_version_id"], ["bank_versions.id"], name=op.f("fk_assessment_banks_bank_version_id_bank_versions")
        ),
        sa.PrimaryKeyConstraint("assessment_id", "bank_version_id", name=op.f("pk_assessment_banks")),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("email", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name=op.f("fk_invitations_assessment_id_assessments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invitations_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index("ix_invitations_by_email", ["assessment_id", "email", "id"], unique=False)
        batch_op.create_index("ix_invitations_by_name", ["assessment_id", "name_key", "id"], unique=False)
        batch_op.create_index("ix_invitations_by_time", ["assessment_id", "created_at", "id"], unique=False)

    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=20), nullable=True),
        sa.Column("share", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.CheckConstraint("ended_by IN ('candidate', 'time')", name=op.f("ck_attempts_ended_by")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_attempts_ended_by_something")),
        sa.CheckConstraint("(ended_at IS NULL) = (share IS NULL)", name=op.f("ck_attempts_scored_when_ended")),
        sa.CheckConstraint("deadline_at > started_at", name=op.f("ck_attempts_deadline_after_start")),
        sa.CheckConstraint("ended_at BETWEEN started_at AND deadline_at", name=op.f("ck_attempts_ended_in_time")),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name=op.f("fk_attempts_assessment_id_assessments")
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitations.id"], name=op.f("fk_attempts_invitation_id_invitations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_attempts_invitation_id")),
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index("ix_attempts_by_end", ["assessment_id", "ended_at", "id"], unique=False)
        batch_op.create_index("ix_attempts_by_share", ["assessment_id", "share", "id"], unique=False)
        batch_op.create_index(
            "ix_attempts_running",
            ["deadline_at"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "candidate_sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitations.id"], name=op.f("fk_candidate_sessions_invitation_id_invitations")
        ),
        sa.PrimaryKeyConstraint("token_hash", "invitation_id", name=op.f("pk_candidate_sessions")),
    )
    with op.batch_alter_table("candidate_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_candidate_sessions_created_at"), ["created_at"], unique=False)

    op.create_table(
        "slots",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("item_version_id", sa.Integer(), nullable=False),
        sa.Column("arrangement", sa.Text(), nullable=False),
        sa.Column("credit", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_slots_attempt_id_attempts")),
        sa.ForeignKeyConstraint(
            ["item_version_id"], ["item_versions.id"], name=op.f("fk_slots_item_version_id_item_versions")
        ),
        sa.PrimaryKeyConstraint("attempt_id", "number", name=op.f("pk_slots")),
    )
    op.create_table(
        "responses",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("seq > 0", name=op.f("ck_responses_seq_positive")),
        sa.ForeignKeyConstraint(
            ["attempt_id", "number"],
            ["slots.attempt_id", "slots.number"],
            name=op.f("fk_responses_attempt_id_number_slots"),
        ),
        sa.PrimaryKeyConstraint("attempt_id", "number", "seq", name=op.f("pk_responses")),
    )


def downgrade() -> None:
    op.drop_table("responses")
    op.drop_table("slots")
    with op.batch_alter_table("candidate_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_candidate_sessions_created_at"))

    op.drop_table("candidate_sessions")
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_attempts_running",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index("ix_attempts_by_share")
        batch_op.drop_index("ix_attempts_by_end")

    op.drop_table("attempts")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_index("ix_invitations_by_time")
        batch_op.drop_index("ix_invitations_by_name")
        batch_op.drop_index("ix_invitations_by_email")

    op.drop_table("invitations")
    op.drop_table("assessment_banks")
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_sessions_user_id"))

    op.drop_table("staff_sessions")
    op.drop_table("current_banks")
    op.drop_table("bank_items")
    with op.batch_alter_table("assessments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessments_created_at"))

    op.drop_table("assessments")
    op.drop_table("users")
    op.drop_table("item_versions")
    op.drop_table("guesses")
    op.drop_table("bank_versions")
