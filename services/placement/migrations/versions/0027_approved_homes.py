"""The homes that are listed are counted along an index, and not among everybody's rows."""

from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.execute("create index ix_home_approved on home (tenant, id) where is_approved is true")


def downgrade() -> None:
    op.execute("drop index ix_home_approved")
