"""Where postcodes have their middle, and the postcode of each home."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.execute("""
        alter table home add postcode bytea;
        create table postcode (
            tenant text not null default current_tenant(),
            id text not null,
            latitude double precision not null,
            longitude double precision not null,
            constraint pk_postcode primary key (tenant, id)
        );
        create table postcode_table (
            tenant text not null default current_tenant(),
            id text not null,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_postcode_table primary key (tenant, id)
        );
        create table postcode_change (
            tenant text not null default current_tenant(),
            id text not null,
            postcodes integer not null,
            by text not null,
            at timestamptz not null,
            constraint pk_postcode_change primary key (tenant, id)
        );
        create index ix_postcode_change_tenant_at_id on postcode_change (tenant, at, id);
    """)
    _let_homes_be_told_again()
    put_under_tenant("postcode", role="hemvist_placement", rights="select, insert, delete")
    put_under_tenant("postcode_table", role="hemvist_placement", rights="select, insert, update")
    put_under_tenant("postcode_change", role="hemvist_placement", rights="select, insert")


def _let_homes_be_told_again() -> None:
    """What was last told of a home, and nothing before it, is news once more when it is told again: so its postcode is
    learnt."""
    op.execute("alter table seen_version no force row level security")
    op.execute("""
        update seen_version set version = version - 1
        where source = 'investigation' and aspect = 'home_changed' and version > 0
    """)
    op.execute("alter table seen_version force row level security")


def downgrade() -> None:
    op.execute("drop table postcode_change, postcode_table, postcode; alter table home drop postcode")
