"""Nudges."""

from services.kernel.rows.migration.nudges import create_nudges, drop_nudges

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    create_nudges("compensation")


def downgrade() -> None:
    drop_nudges()
