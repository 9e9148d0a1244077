"""Nudges, and how homes want to be reached."""

from alembic import op

from services.kernel.rows.migration.nudges import create_nudges, drop_nudges

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    create_nudges("placement")
    op.execute("alter table home add contact bytea")
    op.execute("alter table home_adult add reach bytea")


def downgrade() -> None:
    op.execute("alter table home_adult drop reach")
    op.execute("alter table home drop contact")
    drop_nudges()
