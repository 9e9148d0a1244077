"""What the municipality decides for itself."""

from services.kernel.rows.migration.base import create_settings, drop_settings

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    create_settings("placement")


def downgrade() -> None:
    drop_settings()
