"""Threads between homes and their teams, their messages and files, and how far they have been read."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.execute("""
        create table thread (
            tenant text not null default current_tenant(),
            id text not null,
            home_id text not null,
            kind text not null,
            subject bytea not null,
            status text not null,
            created_at timestamptz not null,
            last_at timestamptz not null,
            waits_since timestamptz,
            answer_by date,
            closed_at timestamptz,
            closed_by text,
            has_team boolean not null,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_thread primary key (tenant, id),
            constraint fk_thread_home foreign key (tenant, home_id) references home
        );
        create index ix_thread_tenant_home_id on thread (tenant, home_id);
        create index ix_thread_tenant_last_at_id on thread (tenant, last_at, id);
        create index ix_thread_tenant_status_last_at_id on thread (tenant, status, last_at, id);
        create index ix_thread_tenant_kind_last_at_id on thread (tenant, kind, last_at, id);
        create index ix_thread_without_team on thread (tenant, last_at, id) where not has_team;
        create index ix_thread_to_answer on thread (tenant, answer_by) where answer_by is not null;
        create table message (
            tenant text not null default current_tenant(),
            id text not null,
            thread_id text not null,
            at timestamptz not null,
            by_home boolean not null,
            author text not null,
            text bytea not null,
            constraint pk_message primary key (tenant, id),
            constraint fk_message_thread foreign key (tenant, thread_id) references thread
        );
        create index ix_message_tenant_thread_id_at_id on message (tenant, thread_id, at, id);
        create table thread_file (
            tenant text not null default current_tenant(),
            id text not null,
            media_type text not null,
            size bigint not null,
            content_hash bytea not null,
            created_at timestamptz not null,
            created_by text not null,
            name bytea not null,
            file_key bytea not null,
            thread_id text not null,
            message_id text,
            constraint pk_thread_file primary key (tenant, id),
            constraint uq_thread_file_tenant_thread_id_content_hash unique (tenant, thread_id, content_hash),
            constraint fk_thread_file_thread foreign key (tenant, thread_id) references thread
        );
        create table thread_mark (
            tenant text not null default current_tenant(),
            id text not null,
            thread_id text not null,
            reader text not null,
            by_home boolean not null,
            read_at timestamptz not null,
            constraint pk_thread_mark primary key (tenant, id),
            constraint uq_thread_mark_tenant_thread_id_reader unique (tenant, thread_id, reader),
            constraint fk_thread_mark_thread foreign key (tenant, thread_id) references thread
        );
        create table team_member (
            tenant text not null default current_tenant(),
            id text not null,
            home_id text not null,
            placement_id text not null,
            member text not null,
            constraint pk_team_member primary key (tenant, id),
            constraint uq_team_member_tenant_placement_id_member unique (tenant, placement_id, member),
            constraint fk_team_member_home foreign key (tenant, home_id) references home
        );
        create index ix_team_member_tenant_home_id on team_member (tenant, home_id);
        create index ix_team_member_tenant_member on team_member (tenant, member);
    """)
    for table in ("thread", "message", "thread_file", "thread_mark", "team_member"):
        put_under_tenant(table, role="hemvist_mentorship")


def downgrade() -> None:
    op.execute("drop table team_member, thread_mark, thread_file, message, thread")
