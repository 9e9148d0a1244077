"""Children whom others than the municipality have placed in a home."""

from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.execute("alter table home add others_children integer not null default 0")


def downgrade() -> None:
    op.execute("alter table home drop others_children")
