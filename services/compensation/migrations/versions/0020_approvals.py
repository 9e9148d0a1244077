"""Until when an approval holds on which a contract with a home rests."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.execute("""
        create table approval (
            tenant text not null default current_tenant(),
            id text not null,
            home_id text not null,
            contracted_until date,
            revoked_on date,
            constraint pk_approval primary key (tenant, id)
        );
        create index ix_approval_tenant_home_id on approval (tenant, home_id);
    """)
    put_under_tenant("approval", role="hemvist_compensation")


def downgrade() -> None:
    op.execute("drop table approval")
