"""The guardians of those who live in a home are found in whichever home they were placed before."""

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.execute(
        "create index ix_agreement_tenant_placement_id on agreement (tenant, placement_id) where kind = 'guardian'"
    )


def downgrade() -> None:
    op.execute("drop index ix_agreement_tenant_placement_id")
