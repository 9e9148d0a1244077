"""What is kept of weeding."""

from services.kernel.rows.retention_migration import create_retention, drop_retention

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    create_retention("mentorship")


def downgrade() -> None:
    drop_retention("mentorship")
