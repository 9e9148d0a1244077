"""What is kept of weeding."""

from alembic import op

from services.kernel.rows.migration.retention import create_retention, drop_retention

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    create_retention("intake")
    op.execute("grant delete, update (imported_at) on imported_row to hemvist_intake")


def downgrade() -> None:
    op.execute("revoke delete, update (imported_at) on imported_row from hemvist_intake")
    drop_retention("intake")
