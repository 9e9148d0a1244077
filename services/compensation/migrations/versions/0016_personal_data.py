"""A person's own data: what an export has gathered, and its file; and by which number whoever is paid is found."""

from alembic import op

from services.kernel.rows.migration.personal_data import create_personal_data, drop_personal_data

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    create_personal_data("compensation")
    op.execute("alter table agreement add column payee_lookup bytea")
    op.execute("create index ix_agreement_tenant_payee_lookup on agreement (tenant, payee_lookup)")
    for table in ("agreement", "home_adult"):  # the owner fills in what is known, of all municipalities
        op.execute(f"alter table {table} no force row level security")
    op.execute(
        "update agreement a set payee_lookup = h.lookup from home_adult h "
        "where h.tenant = a.tenant and h.id = a.payee_adult_id"
    )
    for table in ("agreement", "home_adult"):
        op.execute(f"alter table {table} force row level security")


def downgrade() -> None:
    op.execute("drop index ix_agreement_tenant_payee_lookup")
    op.execute("alter table agreement drop column payee_lookup")
    drop_personal_data()
