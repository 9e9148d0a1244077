"""Approvals in the order of their end."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("create index ix_approval_tenant_valid_until_id on approval (tenant, valid_until, id)")


def downgrade() -> None:
    op.execute("drop index ix_approval_tenant_valid_until_id")
