"""When the care of a placed child was last considered."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.execute("alter table home_use add considered_on date")


def downgrade() -> None:
    op.execute("alter table home_use drop considered_on")
