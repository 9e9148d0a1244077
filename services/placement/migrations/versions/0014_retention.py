"""What is kept of weeding."""

from services.kernel.rows.migration.retention import create_retention, drop_retention

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    create_retention("placement")


def downgrade() -> None:
    drop_retention("placement")
