"""By which words people are found."""

from alembic import op

from services.kernel.rows.migration.search import create_search, drop_search

revision = "0012"
down_revision = "0011"

FOUND = {"home_adult": "home", "placement_request": "placement_request"}


def upgrade() -> None:
    create_search("placement", **FOUND)
    op.execute("create index ix_inquiry_tenant_answer_by_id on inquiry (tenant, answer_by, id) where status = 'sent'")


def downgrade() -> None:
    op.execute("drop index ix_inquiry_tenant_answer_by_id")
    drop_search(**FOUND)
