"""By when the allowance of a child in a contracted emergency home is asked for."""

from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.execute("""
        alter table placement add column allowance_due_on date;
        create index ix_placement_tenant_allowance_due_on_id on placement (tenant, allowance_due_on, id)
            where allowance_due_on is not null;
    """)


def downgrade() -> None:
    op.execute("alter table placement drop column allowance_due_on")
