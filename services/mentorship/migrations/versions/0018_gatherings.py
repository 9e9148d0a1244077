"""Gatherings, invitations to them, and homes' private calendars."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.execute("""
        create table gathering (
            tenant text not null default current_tenant(),
            id text not null,
            kind text not null,
            title text not null,
            place text not null,
            starts_at timestamptz not null,
            ends_at timestamptz not null,
            answer_by timestamptz not null,
            seats_adults integer not null,
            seats_children integer not null,
            taken_adults integer not null,
            taken_children integer not null,
            status text not null,
            cancel_reason text,
            is_joint boolean not null,
            area text,
            mentor_id text,
            planned_by text not null,
            told_rounds integer not null,
            told_to text[] not null,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_gathering primary key (tenant, id),
            constraint ck_gathering_seats check (
                taken_adults between 0 and seats_adults and taken_children between 0 and seats_children
            )
        );
        create index ix_gathering_tenant_starts_at_id on gathering (tenant, starts_at, id);
        create index ix_gathering_tenant_status_starts_at_id on gathering (tenant, status, starts_at, id);
        create table invitation (
            tenant text not null default current_tenant(),
            id text not null,
            gathering_id text not null,
            home_id text not null,
            status text not null,
            adults integer not null,
            children integer not null,
            needs text[] not null,
            created_at timestamptz not null,
            answered_at timestamptz,
            attended_adults integer,
            attended_children integer,
            told_rounds integer not null,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_invitation primary key (tenant, id),
            constraint uq_invitation_tenant_gathering_id_home_id unique (tenant, gathering_id, home_id),
            constraint fk_invitation_gathering foreign key (tenant, gathering_id) references gathering,
            constraint fk_invitation_home foreign key (tenant, home_id) references home
        );
        create index ix_invitation_tenant_gathering_id_id on invitation (tenant, gathering_id, id);
        create index ix_invitation_tenant_gathering_id_status_id on invitation (tenant, gathering_id, status, id);
        create index ix_invitation_tenant_home_id on invitation (tenant, home_id);
        create table invitation_run (
            tenant text not null default current_tenant(),
            id text not null,
            gathering_id text not null,
            after text not null,
            status text not null,
            done bigint not null,
            total bigint not null,
            problems jsonb not null,
            created_at timestamptz not null,
            created_by text not null,
            ended_at timestamptz,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_invitation_run primary key (tenant, id),
            constraint uq_invitation_run_tenant_gathering_id unique (tenant, gathering_id),
            constraint fk_invitation_run_gathering foreign key (tenant, gathering_id) references gathering
        );
        create table home_calendar (
            tenant text not null default current_tenant(),
            id text not null,
            home_id text not null,
            key_hash bytea not null,
            created_at timestamptz not null,
            constraint pk_home_calendar primary key (tenant, id),
            constraint fk_home_calendar_home foreign key (tenant, home_id) references home
        );
    """)
    for table in ("gathering", "invitation", "invitation_run", "home_calendar"):
        put_under_tenant(table, role="hemvist_mentorship")


def downgrade() -> None:
    op.execute("drop table home_calendar, invitation_run, invitation, gathering")
