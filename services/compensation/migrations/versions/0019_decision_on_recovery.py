"""Why it was decided so on a recovery, and by when a child allowance is asked for."""

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.execute("""
        alter table recovery add column decision_reason bytea;
        alter table agreement add column allowance_due_on date;
        create index ix_agreement_tenant_allowance_due_on_id on agreement (tenant, allowance_due_on, id)
            where allowance_due_on is not null;
    """)


def downgrade() -> None:
    op.execute("alter table recovery drop column decision_reason; alter table agreement drop column allowance_due_on")
