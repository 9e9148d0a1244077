"""Who lives in a home, so that whoever is paid has a name."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0008"
down_revision = "0007"

TABLES = ("home", "home_adult")


def upgrade() -> None:
    op.execute("""
        create table home (
            tenant text not null default current_tenant(),
            id text not null,
            protected_identity boolean not null,
            constraint pk_home primary key (tenant, id)
        );
        create table home_adult (
            tenant text not null default current_tenant(),
            id text not null,
            home_id text not null,
            person bytea not null,
            lookup bytea not null,
            constraint pk_home_adult primary key (tenant, id),
            constraint fk_home_adult_home foreign key (tenant, home_id) references home
        );
        create index ix_home_adult_tenant_home_id on home_adult (tenant, home_id);
        create index ix_home_adult_tenant_lookup on home_adult (tenant, lookup);
    """)
    for table in TABLES:
        put_under_tenant(table, role="hemvist_compensation")


def downgrade() -> None:
    op.execute("drop table home_adult, home")
