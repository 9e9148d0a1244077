"""What is kept of weeding."""

from services.kernel.rows.migration.retention import create_retention, drop_retention

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    create_retention("mentorship")


def downgrade() -> None:
    drop_retention("mentorship")
