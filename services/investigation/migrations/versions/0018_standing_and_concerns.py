"""Approvals are suspended, hold again, and end before their last day; and there are concerns about homes."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0018"
down_revision = "0017"

TABLES = ("standing_change", "concern", "concern_note")


def upgrade() -> None:
    op.execute("""
        alter table approval
            add standing text not null default 'stands',
            add revoked_on date;
        alter table approval alter standing drop default;
        alter table home add open_concerns integer not null default 0;
        alter table home alter open_concerns drop default;
        create table standing_change (
            tenant text not null default current_tenant(),
            id text not null,
            approval_id text not null,
            standing text not null,
            reasons bytea not null,
            decided_by text not null,
            decided_at timestamptz not null,
            constraint pk_standing_change primary key (tenant, id),
            constraint fk_standing_change_approval foreign key (tenant, approval_id) references approval
        );
        create index ix_standing_change_tenant_approval_id on standing_change (tenant, approval_id);
        create table concern (
            tenant text not null default current_tenant(),
            id text not null,
            home_id text not null,
            status text not null,
            report bytea not null,
            reported_by text not null,
            reported_at timestamptz not null,
            settlement bytea,
            settled_by text,
            settled_at timestamptz,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_concern primary key (tenant, id),
            constraint fk_concern_home foreign key (tenant, home_id) references home
        );
        create index ix_concern_tenant_reported_at_id on concern (tenant, reported_at, id);
        create index ix_concern_tenant_status_reported_at_id on concern (tenant, status, reported_at, id);
        create index ix_concern_tenant_home_id_reported_at_id on concern (tenant, home_id, reported_at, id);
        create table concern_note (
            tenant text not null default current_tenant(),
            id text not null,
            concern_id text not null,
            text bytea not null,
            noted_by text not null,
            noted_at timestamptz not null,
            constraint pk_concern_note primary key (tenant, id),
            constraint fk_concern_note_concern foreign key (tenant, concern_id) references concern
        );
        create index ix_concern_note_tenant_concern_id on concern_note (tenant, concern_id);
    """)
    for table in TABLES:
        put_under_tenant(table, role="hemvist_investigation")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"drop table {table}")
    op.execute("""
        alter table home drop open_concerns;
        alter table approval drop standing, drop revoked_on;
    """)
