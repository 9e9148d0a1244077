"""Told events stay for a while."""

from services.kernel.rows.migration.base import create_told, drop_told

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    create_told("investigation")


def downgrade() -> None:
    drop_told()
