"""What contracted emergency homes have bound themselves to, as compensation tells it."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.execute("""
        create table home_contract (
            tenant text not null default current_tenant(),
            id text not null,
            home_id text not null,
            places integer not null,
            age_from integer not null,
            age_to integer not null,
            starts_on date not null,
            ends_on date,
            constraint pk_home_contract primary key (tenant, id)
        );
        create index ix_home_contract_tenant_home_id on home_contract (tenant, home_id);
    """)
    put_under_tenant("home_contract", role="hemvist_placement")


def downgrade() -> None:
    op.execute("drop table home_contract")
