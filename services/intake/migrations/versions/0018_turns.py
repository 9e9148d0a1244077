"""How applications are closed and taken up again, and how whoever applied finds the own one."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.execute("""
        alter table application
            add column own_key bytea,
            add column source text,
            add column typed_by text,
            add column transferred_to text,
            add column transferred_from text,
            add column has_turns boolean not null default false;
        create index ix_application_tenant_own_key on application (tenant, own_key);
        create table application_turn (
            tenant text not null default current_tenant(),
            id text not null,
            application_id text not null,
            at timestamptz not null,
            by text,
            status text not null,
            reason bytea,
            constraint pk_application_turn primary key (tenant, id),
            constraint fk_application_turn_application foreign key (tenant, application_id) references application
        );
        create index ix_application_turn_tenant_application_id on application_turn (tenant, application_id);
        create table asked_reference (
            tenant text not null default current_tenant(),
            id text not null,
            day date not null,
            tries integer not null,
            constraint pk_asked_reference primary key (tenant, id)
        );
        create index ix_asked_reference_tenant_day on asked_reference (tenant, day);
    """)
    for table in ("application_turn", "asked_reference"):
        put_under_tenant(table, role="hemvist_intake")


def downgrade() -> None:
    op.execute("""
        drop table asked_reference, application_turn;
        alter table application
            drop column has_turns,
            drop column transferred_from,
            drop column transferred_to,
            drop column typed_by,
            drop column source,
            drop column own_key;
    """)
