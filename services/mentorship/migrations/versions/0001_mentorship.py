"""Homes with their adults, mentors, and mentorships."""

from alembic import op

from services.kernel.rows.migration.base import create_kernel, drop_kernel
from services.kernel.rows.migration.rights import put_under_tenant

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_kernel("mentorship")
    op.execute("""
        create table home (
            tenant text not null default current_tenant(),
            id text not null,
            approval_id text not null,
            decided_on date not null,
            protected_identity boolean not null,
            position bytea,
            constraint pk_home primary key (tenant, id)
        );
        create table adult (
            tenant text not null default current_tenant(),
            id text not null,
            home_id text not null,
            lookup bytea not null,
            constraint pk_adult primary key (tenant, id),
            constraint fk_adult_home foreign key (tenant, home_id) references home
        );
        create index ix_adult_tenant_home_id on adult (tenant, home_id);
        create index ix_adult_tenant_lookup on adult (tenant, lookup);
        create table mentor (
            tenant text not null default current_tenant(),
            id text not null,
            home_id text not null,
            capacity integer not null,
            area text,
            paused boolean not null,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_mentor primary key (tenant, id),
            constraint uq_mentor_tenant_home_id unique (tenant, home_id),
            constraint ck_mentor_capacity check (capacity between 1 and 10),
            constraint fk_mentor_home foreign key (tenant, home_id) references home
        );
        create table mentorship (
            tenant text not null default current_tenant(),
            id text not null,
            home_id text not null,
            mentor_id text,
            status text not null,
            created_at timestamptz not null,
            offered_at timestamptz,
            answered_at timestamptz,
            answered_by text,
            reason bytea,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_mentorship primary key (tenant, id),
            constraint fk_mentorship_home foreign key (tenant, home_id) references home,
            constraint fk_mentorship_mentor foreign key (tenant, mentor_id) references mentor
        );
        create index ix_mentorship_tenant_mentor_id on mentorship (tenant, mentor_id);
        create index ix_mentorship_tenant_status on mentorship (tenant, status);
        create unique index uq_mentorship_open_home on mentorship (tenant, home_id)
            where status in ('waiting', 'offered', 'accepted');
    """)
    for table in ("home", "adult", "mentor", "mentorship"):
        put_under_tenant(table, role="hemvist_mentorship")


def downgrade() -> None:
    op.execute("drop table mentorship, mentor, adult, home")
    drop_kernel()
