"""Interests that nobody has answered, the oldest first."""

from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.execute("""
        create index ix_application_unanswered on application (tenant, received_at) where status = 'received'
    """)


def downgrade() -> None:
    op.execute("drop index ix_application_unanswered")
