"""Indexes of the lists: the informal stays that go on, in their order, and the visits of a month by status."""

from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    op.execute("""
        create index ix_informal_stay_that_goes_on on informal_stay (tenant, since, id) where outcome is null;
        create index ix_visit_tenant_month_status_starts_on_id on visit (tenant, month, status, starts_on, id);
    """)


def downgrade() -> None:
    op.execute("drop index ix_informal_stay_that_goes_on, ix_visit_tenant_month_status_starts_on_id")
