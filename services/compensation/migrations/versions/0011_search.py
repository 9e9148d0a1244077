"""By which words people are found."""

from alembic import op

from services.kernel.rows.migration.search import create_search, drop_search

revision = "0011"
down_revision = "0010"

FOUND = {"home_adult": "home"}


def upgrade() -> None:
    create_search("compensation", **FOUND)
    op.execute("create index ix_pay_run_line_tenant_home_id_pay_run_id on pay_run_line (tenant, home_id, pay_run_id)")


def downgrade() -> None:
    op.execute("drop index ix_pay_run_line_tenant_home_id_pay_run_id")
    drop_search(**FOUND)
