"""Nudges."""

from services.kernel.rows.nudge_migration import create_nudges, drop_nudges

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    create_nudges("mentorship")


def downgrade() -> None:
    drop_nudges()
