"""Indexes of the lists by home and status: of a home with many claims, the few that were asked for."""

from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.execute("""
        create index ix_claim_tenant_home_id_status_id on claim (tenant, home_id, status, id);
        create index ix_recovery_tenant_home_id_id on recovery (tenant, home_id, id);
        create index ix_recovery_tenant_home_id_status_id on recovery (tenant, home_id, status, id);
        drop index ix_recovery_tenant_home_id;
    """)


def downgrade() -> None:
    op.execute("""
        create index ix_recovery_tenant_home_id on recovery (tenant, home_id);
        drop index ix_claim_tenant_home_id_status_id, ix_recovery_tenant_home_id_id, ix_recovery_tenant_home_id_status_id;
    """)
