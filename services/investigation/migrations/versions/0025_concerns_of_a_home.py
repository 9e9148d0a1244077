"""The concerns of a home that are open, or settled, in their order."""

from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.execute("""
        create index ix_concern_tenant_home_id_status_reported_at_id
            on concern (tenant, home_id, status, reported_at, id)
    """)


def downgrade() -> None:
    op.execute("drop index ix_concern_tenant_home_id_status_reported_at_id")
