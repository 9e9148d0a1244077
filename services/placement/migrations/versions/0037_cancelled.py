"""A stay that has not begun may be cancelled: its need is open again, for another one."""

from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    op.execute("""
        drop index uq_placement_stay;
        create unique index uq_placement_stay on placement (tenant, placement_request_id)
            where kind = 'stay' and (ends_on is null or starts_on <= ends_on);
        drop index ix_placement_tenant_ends_on;
        create index ix_placement_tenant_ends_on on placement (tenant, ends_on) include (kind, starts_on, end_code);
    """)


def downgrade() -> None:
    op.execute("""
        drop index ix_placement_tenant_ends_on;
        create index ix_placement_tenant_ends_on on placement (tenant, ends_on) include (kind, end_code);
        drop index uq_placement_stay;
        create unique index uq_placement_stay on placement (tenant, placement_request_id) where kind = 'stay';
    """)
