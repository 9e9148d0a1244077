"""The steps of investigations, consents, what is disputed, and how investigations end and homes move."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0019"
down_revision = "0018"

TABLES = ("meeting", "given_reference", "consent", "objection", "required_steps")


def upgrade() -> None:
    op.execute("""
        alter table home add moved_on date, add visit_due boolean not null default false;
        alter table home alter visit_due drop default;
        alter table investigation
            add visits boolean not null default false,
            add broken_off bytea,
            add ended_by text,
            add ended_at timestamptz;
        alter table investigation alter visits drop default;
        alter table decision add told_on date, add told_way text, add told_by text;
        alter table register_check add way text, add requested_by text, add requested_at timestamptz;
        create table meeting (
            tenant text not null default current_tenant(),
            id text not null,
            investigation_id text not null,
            step text not null,
            held_on date not null,
            adult_ids text[] not null,
            account bytea not null,
            recorded_by text not null,
            recorded_at timestamptz not null,
            constraint pk_meeting primary key (tenant, id),
            constraint fk_meeting_investigation foreign key (tenant, investigation_id) references investigation
        );
        create index ix_meeting_tenant_investigation_id on meeting (tenant, investigation_id);
        create table given_reference (
            tenant text not null default current_tenant(),
            id text not null,
            investigation_id text not null,
            adult_id text not null,
            given_on date not null,
            account bytea not null,
            recorded_by text not null,
            recorded_at timestamptz not null,
            constraint pk_given_reference primary key (tenant, id),
            constraint fk_given_reference_investigation
                foreign key (tenant, investigation_id) references investigation,
            constraint fk_given_reference_adult foreign key (tenant, adult_id) references adult
        );
        create index ix_given_reference_tenant_investigation_id on given_reference (tenant, investigation_id);
        create index ix_given_reference_tenant_adult_id on given_reference (tenant, adult_id);
        create table consent (
            tenant text not null default current_tenant(),
            id text not null,
            investigation_id text not null,
            adult_id text not null,
            register text not null,
            is_given boolean not null,
            given_on date not null,
            way bytea not null,
            recorded_by text not null,
            recorded_at timestamptz not null,
            constraint pk_consent primary key (tenant, id),
            constraint fk_consent_investigation foreign key (tenant, investigation_id) references investigation,
            constraint fk_consent_adult foreign key (tenant, adult_id) references adult
        );
        create index ix_consent_tenant_investigation_id on consent (tenant, investigation_id);
        create index ix_consent_tenant_adult_id on consent (tenant, adult_id);
        create table objection (
            tenant text not null default current_tenant(),
            id text not null,
            investigation_id text not null,
            adult_id text not null,
            disputes text not null,
            disputes_id text,
            said_on date not null,
            text bytea not null,
            noted_by text not null,
            noted_at timestamptz not null,
            constraint pk_objection primary key (tenant, id),
            constraint fk_objection_investigation foreign key (tenant, investigation_id) references investigation,
            constraint fk_objection_adult foreign key (tenant, adult_id) references adult
        );
        create index ix_objection_tenant_investigation_id on objection (tenant, investigation_id);
        create index ix_objection_tenant_adult_id on objection (tenant, adult_id);
        create table required_steps (
            tenant text not null default current_tenant(),
            id text not null,
            steps text[] not null,
            reason text not null,
            changed_by text not null,
            history jsonb not null,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_required_steps primary key (tenant, id)
        );
    """)
    for table in TABLES:
        put_under_tenant(table, role="hemvist_investigation")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"drop table {table}")
    op.execute("""
        alter table register_check drop way, drop requested_by, drop requested_at;
        alter table decision drop told_on, drop told_way, drop told_by;
        alter table investigation drop visits, drop broken_off, drop ended_by, drop ended_at;
        alter table home drop moved_on, drop visit_due;
    """)
