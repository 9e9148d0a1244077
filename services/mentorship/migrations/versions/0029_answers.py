"""Mentorships by the day of the answer, for an overview that reads no more than its period."""

from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.execute("""
        create index ix_mentorship_tenant_answered_at on mentorship (tenant, answered_at)
            include (offered_at, status) where answered_at is not null
    """)


def downgrade() -> None:
    op.execute("drop index ix_mentorship_tenant_answered_at")
