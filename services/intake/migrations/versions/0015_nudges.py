"""Nudges."""

from services.kernel.rows.migration.nudges import create_nudges, drop_nudges

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    create_nudges("intake")


def downgrade() -> None:
    drop_nudges()
