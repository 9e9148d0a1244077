"""Training that homes have attended, and leave that contracted homes take, as other services tell it."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.execute("""
        create table training (
            tenant text not null default current_tenant(),
            id text not null,
            home_id text not null,
            held_on date not null,
            attended boolean not null,
            constraint pk_training primary key (tenant, id)
        );
        create index ix_training_tenant_home_id on training (tenant, home_id);
        create table home_leave (
            tenant text not null default current_tenant(),
            id text not null,
            home_id text not null,
            starts_on date not null,
            ends_on date not null,
            cancelled boolean not null,
            constraint pk_home_leave primary key (tenant, id)
        );
        create index ix_home_leave_tenant_home_id on home_leave (tenant, home_id);
        create index ix_home_leave_taken on home_leave (tenant, home_id, ends_on) where not cancelled;
    """)
    for table in ("training", "home_leave"):
        put_under_tenant(table, role="hemvist_placement")


def downgrade() -> None:
    op.execute("drop table home_leave, training")
