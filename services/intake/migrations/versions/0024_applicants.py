"""Whether somebody has applied before is looked up, and never searched for."""

from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.execute("""
        create index ix_applicant_tenant_lookup_application_id on applicant (tenant, lookup, application_id);
        drop index ix_applicant_tenant_lookup;
    """)


def downgrade() -> None:
    op.execute("""
        create index ix_applicant_tenant_lookup on applicant (tenant, lookup);
        drop index ix_applicant_tenant_lookup_application_id;
    """)
