"""An index for each list and filter that ends with the list's order, so that a page costs what it shows."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("""
        create index ix_application_tenant_status_contact_by_id
            on application (tenant, status, contact_by, id);
    """)


def downgrade() -> None:
    op.execute("""
        drop index ix_application_tenant_status_contact_by_id;
    """)
