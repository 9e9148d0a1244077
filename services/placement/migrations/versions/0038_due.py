"""Decisions that are to be carried out, by their day; and needs for which no home is found, the oldest first."""

from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    op.execute("""
        create index ix_placement_request_tenant_execution_due_on_id
            on placement_request (tenant, execution_due_on, id) where status = 'open';
        create index ix_placement_request_open on placement_request (tenant, opened_at) where status = 'open';
    """)


def downgrade() -> None:
    op.execute("drop index ix_placement_request_tenant_execution_due_on_id, ix_placement_request_open")
