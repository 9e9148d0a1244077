"""Nudges."""

from services.kernel.rows.nudge_migration import create_nudges, drop_nudges

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    create_nudges("intake")


def downgrade() -> None:
    drop_nudges()
