"""An index for each list and filter that ends with the list's order, so that a page costs what it shows."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("""
        drop index ix_mentorship_tenant_mentor_id;
        drop index ix_mentorship_tenant_status;
        create index ix_mentorship_tenant_mentor_id_status on mentorship (tenant, mentor_id, status);
        create index ix_mentorship_tenant_home_id on mentorship (tenant, home_id);
        create index ix_mentorship_tenant_created_at_id on mentorship (tenant, created_at, id);
        create index ix_mentorship_tenant_status_created_at_id on mentorship (tenant, status, created_at, id);
    """)


def downgrade() -> None:
    op.execute("""
        drop index ix_mentorship_tenant_mentor_id_status;
        drop index ix_mentorship_tenant_home_id;
        drop index ix_mentorship_tenant_created_at_id;
        drop index ix_mentorship_tenant_status_created_at_id;
        create index ix_mentorship_tenant_mentor_id on mentorship (tenant, mentor_id);
        create index ix_mentorship_tenant_status on mentorship (tenant, status);
    """)
