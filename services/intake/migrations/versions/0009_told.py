"""Told events stay for a while."""

from services.kernel.rows.migration.base import create_told, drop_told

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    create_told("intake")


def downgrade() -> None:
    drop_told()
