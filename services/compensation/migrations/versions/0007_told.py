"""Told events stay for a while."""

from services.kernel.rows.migration.base import create_told, drop_told

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    create_told("compensation")


def downgrade() -> None:
    drop_told()
