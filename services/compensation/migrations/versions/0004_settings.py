"""What the municipality decides for itself."""

from services.kernel.rows.migration.base import create_settings, drop_settings

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    create_settings("compensation")


def downgrade() -> None:
    drop_settings()
