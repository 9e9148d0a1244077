"""What of an application a list shows, sealed by itself; of those that are there it is read from the details."""

from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.execute("alter table application add heading bytea")


def downgrade() -> None:
    op.execute("alter table application drop heading")
