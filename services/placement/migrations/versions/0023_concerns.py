"""Concerns about homes, as investigation tells of them."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.execute("""
        create table concern (
            tenant text not null default current_tenant(),
            id text not null,
            home_id text not null,
            reported_on date,
            settled_on date,
            constraint pk_concern primary key (tenant, id)
        );
        create index ix_concern_tenant_home_id on concern (tenant, home_id);
        create index ix_concern_open on concern (tenant, home_id) where settled_on is null;
    """)
    put_under_tenant("concern", role="hemvist_placement")


def downgrade() -> None:
    op.execute("drop table concern")
