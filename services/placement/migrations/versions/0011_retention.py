"""What is kept of weeding."""

from services.kernel.rows.retention_migration import create_retention, drop_retention

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    create_retention("placement")


def downgrade() -> None:
    drop_retention("placement")
