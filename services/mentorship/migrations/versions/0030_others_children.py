"""How many children others have placed in a home: they take its places, also when it gives respite."""

from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.execute("alter table home add column others_children integer not null default 0")


def downgrade() -> None:
    op.execute("alter table home drop column others_children")
