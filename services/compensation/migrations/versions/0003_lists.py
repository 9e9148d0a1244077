"""An index for each list and filter that ends with the list's order, so that a page costs what it shows."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("""
        drop index ix_agreement_tenant_home_id;
        drop index ix_pay_run_line_tenant_pay_run_id;
        create index ix_agreement_tenant_home_id_id on agreement (tenant, home_id, id);
        create index ix_agreement_tenant_status_id on agreement (tenant, status, id);
        create index ix_pay_run_tenant_month_id on pay_run (tenant, month, id);
        create index ix_pay_run_line_in_order
            on pay_run_line
            (tenant, pay_run_id, reason_code nulls first, home_id, agreement_id, kind desc, period_from, id);
    """)


def downgrade() -> None:
    op.execute("""
        drop index ix_agreement_tenant_home_id_id;
        drop index ix_agreement_tenant_status_id;
        drop index ix_pay_run_tenant_month_id;
        drop index ix_pay_run_line_in_order;
        create index ix_agreement_tenant_home_id on agreement (tenant, home_id);
        create index ix_pay_run_line_tenant_pay_run_id on pay_run_line (tenant, pay_run_id);
    """)
