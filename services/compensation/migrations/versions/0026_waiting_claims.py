"""Claims that nobody has decided on, the oldest first."""

from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.execute("create index ix_claim_waiting on claim (tenant, made_at) where status = 'waiting'")


def downgrade() -> None:
    op.execute("drop index ix_claim_waiting")
