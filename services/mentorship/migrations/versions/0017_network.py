"""What a home is approved for and was used for, mentors in full, how homes and mentors meet, and their contacts."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.execute("""
        alter table home add phone bytea, add locality bytea, add trained_on date, add lived_in_since date;
        create index ix_home_untrained on home (tenant, lived_in_since, id)
            where trained_on is null and lived_in_since is not null;
        create table approval (
            tenant text not null default current_tenant(),
            id text not null,
            home_id text not null,
            assignments text[] not null,
            age_from integer not null,
            age_to integer not null,
            places integer not null,
            decided_on date not null,
            valid_until date not null,
            holds boolean not null,
            constraint pk_approval primary key (tenant, id),
            constraint fk_approval_home foreign key (tenant, home_id) references home
        );
        create index ix_approval_tenant_home_id on approval (tenant, home_id);
        create table support (
            tenant text not null default current_tenant(),
            id text not null,
            home_id text not null,
            request_id text not null,
            sibling_of text,
            assignment text not null,
            starts_on date not null,
            ends_on date,
            broke_down boolean not null,
            constraint pk_support primary key (tenant, id),
            constraint fk_support_home foreign key (tenant, home_id) references home
        );
        create index ix_support_tenant_home_id on support (tenant, home_id);
        create index ix_support_tenant_request_id on support (tenant, request_id);
        alter table mentor
            add capacity_reason bytea,
            add available boolean not null default true,
            add model text not null default 'voluntary',
            add exception_reason bytea,
            add registered_by text,
            add registered_at timestamptz,
            add agreement_id text,
            drop constraint ck_mentor_capacity,
            add constraint ck_mentor_capacity check (capacity between 1 and 30);
        alter table mentorship
            add ways text[] not null default '{}',
            add parts_of_day text[] not null default '{}',
            add home_agrees boolean not null default false,
            add mentor_agrees boolean not null default false,
            add home_shares_phone boolean not null default false,
            add mentor_shares_phone boolean not null default false,
            add ended_at timestamptz,
            add ended_by text,
            add end_reason bytea;
        create table contact (
            tenant text not null default current_tenant(),
            id text not null,
            mentorship_id text not null,
            "on" date not null,
            way text not null,
            part_of_day text not null,
            minutes integer not null,
            follow_up boolean not null,
            followed_up_at timestamptz,
            by_mentor boolean,
            created_at timestamptz not null,
            constraint pk_contact primary key (tenant, id),
            constraint fk_contact_mentorship foreign key (tenant, mentorship_id) references mentorship
        );
        create index ix_contact_tenant_mentorship_id_on_id on contact (tenant, mentorship_id, "on", id);
        create index ix_contact_tenant_on on contact (tenant, "on");
        create index ix_contact_to_follow_up on contact (tenant, created_at) where follow_up and followed_up_at is null;
    """)
    _let_it_be_told_again()
    for table in ("approval", "support", "contact"):
        put_under_tenant(table, role="hemvist_mentorship")


def _let_it_be_told_again() -> None:
    """What was last told of homes and approvals, and nothing before it, is news once more when it is told again: so
    phone, locality and bounds are learnt; and so is each placement, of which nothing was kept. To be told of one again
    offers nothing to a home that has, had or declined a mentor."""
    for table in ("seen_version", "inbox"):
        op.execute(f"alter table {table} no force row level security")
    op.execute("""
        update seen_version set version = version - 1
        where source = 'investigation' and aspect in ('home_changed', 'home_approved') and version > 0
    """)
    op.execute("delete from seen_version where source = 'placement' and aspect = 'mentorship.on_placement_started'")
    op.execute("delete from inbox where reaction = 'mentorship.on_placement_started'")
    for table in ("seen_version", "inbox"):
        op.execute(f"alter table {table} force row level security")


def downgrade() -> None:
    """Refused by the database where a mentor has more than ten homes: the release before knows of none."""
    op.execute("""
        drop table contact, support, approval;
        alter table mentorship drop ways, drop parts_of_day, drop home_agrees, drop mentor_agrees,
            drop home_shares_phone, drop mentor_shares_phone, drop ended_at, drop ended_by, drop end_reason;
        alter table mentor drop capacity_reason, drop available, drop model, drop exception_reason,
            drop registered_by, drop registered_at, drop agreement_id, drop constraint ck_mentor_capacity,
            add constraint ck_mentor_capacity check (capacity between 1 and 10);
        drop index ix_home_untrained;
        alter table home drop phone, drop locality, drop trained_on, drop lived_in_since;
    """)
