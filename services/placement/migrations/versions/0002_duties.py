"""Work by time."""

from services.kernel.rows.migration.base import create_duties, drop_duties

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    create_duties("placement")


def downgrade() -> None:
    drop_duties("placement")
