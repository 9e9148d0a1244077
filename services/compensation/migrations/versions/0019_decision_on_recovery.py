"""Why it was decided so on a recovery."""

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.execute("alter table recovery add column decision_reason bytea")


def downgrade() -> None:
    op.execute("alter table recovery drop column decision_reason")
