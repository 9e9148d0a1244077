"""What is kept of weeding."""

from alembic import op

from services.kernel.rows.migration.retention import create_retention, drop_retention

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    create_retention("compensation")
    op.execute("alter table home add weeded_on date")


def downgrade() -> None:
    op.execute("alter table home drop weeded_on")
    drop_retention("compensation")
