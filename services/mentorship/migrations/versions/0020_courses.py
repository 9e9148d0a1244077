"""Courses, theme days and supervision groups, and who attended them."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.execute("""
        create table course (
            tenant text not null default current_tenant(),
            id text not null,
            kind text not null,
            title text not null,
            place text,
            starts_at timestamptz not null,
            ends_at timestamptz not null,
            later jsonb not null,
            seats integer not null,
            taken integer not null,
            supervisor text,
            for_assignments text[] not null,
            status text not null,
            planned_by text not null,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_course primary key (tenant, id),
            constraint ck_course_seats check (taken between 0 and seats)
        );
        create index ix_course_tenant_starts_at_id on course (tenant, starts_at, id);
        create index ix_course_tenant_kind_starts_at_id on course (tenant, kind, starts_at, id);
        create table enrolment (
            tenant text not null default current_tenant(),
            id text not null,
            course_id text not null,
            home_id text not null,
            adults integer not null,
            status text not null,
            attended_on date[] not null,
            created_at timestamptz not null,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_enrolment primary key (tenant, id),
            constraint fk_enrolment_course foreign key (tenant, course_id) references course,
            constraint fk_enrolment_home foreign key (tenant, home_id) references home
        );
        create index ix_enrolment_tenant_course_id_id on enrolment (tenant, course_id, id);
        create index ix_enrolment_tenant_home_id on enrolment (tenant, home_id);
        create unique index uq_enrolment_open on enrolment (tenant, course_id, home_id) where status <> 'withdrawn';
    """)
    for table in ("course", "enrolment"):
        put_under_tenant(table, role="hemvist_mentorship")


def downgrade() -> None:
    op.execute("drop table enrolment, course")
