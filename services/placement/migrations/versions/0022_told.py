"""What homes were told before their answer."""

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.execute("alter table inquiry add told bytea")


def downgrade() -> None:
    op.execute("alter table inquiry drop told")
