"""An index for each list and filter that ends with the list's order, so that a page costs what it shows."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("""
        drop index ix_placement_request_tenant_status_needed_from;
        drop index ix_inquiry_tenant_placement_request_id;
        drop index ix_inquiry_tenant_home_id;
        drop index ix_placement_tenant_starts_on;
        create index ix_placement_request_urgent on placement_request (tenant, urgent desc, needed_from, id);
        create index ix_placement_request_status_urgent
            on placement_request (tenant, status, urgent desc, needed_from, id);
        create index ix_inquiry_tenant_sent_at_id on inquiry (tenant, sent_at, id);
        create index ix_inquiry_tenant_status_sent_at_id on inquiry (tenant, status, sent_at, id);
        create index ix_inquiry_tenant_placement_request_id_sent_at_id
            on inquiry (tenant, placement_request_id, sent_at, id);
        create index ix_inquiry_tenant_home_id_sent_at_id on inquiry (tenant, home_id, sent_at, id);
        create index ix_placement_tenant_starts_on_id on placement (tenant, starts_on, id);
        create index ix_placement_tenant_home_id_starts_on_id on placement (tenant, home_id, starts_on, id);
    """)


def downgrade() -> None:
    op.execute("""
        drop index ix_placement_request_urgent;
        drop index ix_placement_request_status_urgent;
        drop index ix_inquiry_tenant_sent_at_id;
        drop index ix_inquiry_tenant_status_sent_at_id;
        drop index ix_inquiry_tenant_placement_request_id_sent_at_id;
        drop index ix_inquiry_tenant_home_id_sent_at_id;
        drop index ix_placement_tenant_starts_on_id;
        drop index ix_placement_tenant_home_id_starts_on_id;
        create index ix_placement_request_tenant_status_needed_from
            on placement_request (tenant, status, needed_from);
        create index ix_inquiry_tenant_placement_request_id on inquiry (tenant, placement_request_id);
        create index ix_inquiry_tenant_home_id on inquiry (tenant, home_id);
        create index ix_placement_tenant_starts_on on placement (tenant, starts_on);
    """)
