"""The list of approvals that end soon tells by its index alone which are revoked."""

from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.execute("""
        drop index ix_approval_tenant_valid_until_id;
        create index ix_approval_tenant_valid_until_id on approval (tenant, valid_until, id) include (standing);
    """)


def downgrade() -> None:
    op.execute("""
        drop index ix_approval_tenant_valid_until_id;
        create index ix_approval_tenant_valid_until_id on approval (tenant, valid_until, id);
    """)
