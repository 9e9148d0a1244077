"""An index for each list and filter that ends with the list's order, so that a page costs what it shows."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("""
        drop index ix_investigation_tenant_status_opened_at;
        create index ix_investigation_tenant_opened_at_id on investigation (tenant, opened_at, id);
        create index ix_investigation_tenant_status_opened_at_id
            on investigation (tenant, status, opened_at, id);
    """)


def downgrade() -> None:
    op.execute("""
        drop index ix_investigation_tenant_opened_at_id;
        drop index ix_investigation_tenant_status_opened_at_id;
        create index ix_investigation_tenant_status_opened_at on investigation (tenant, status, opened_at);
    """)
