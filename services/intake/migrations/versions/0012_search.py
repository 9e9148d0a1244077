"""By which words people are found."""

from alembic import op

from services.kernel.rows.migration.search import create_search, drop_search

revision = "0012"
down_revision = "0011"

FOUND = {"application": "application"}


def upgrade() -> None:
    create_search("intake", **FOUND)
    op.execute("create index ix_application_tenant_home_id on application (tenant, home_id)")


def downgrade() -> None:
    op.execute("drop index ix_application_tenant_home_id")
    drop_search(**FOUND)
