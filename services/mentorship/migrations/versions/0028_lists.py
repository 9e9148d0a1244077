"""The lists of threads and courses tell by their index alone whose a thread is and whom a course is for."""

from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.execute("""
        drop index ix_course_tenant_kind_starts_at_id;
        create index ix_course_tenant_kind_starts_at_id on course (tenant, kind, starts_at, id) include (for_assignments);
        drop index ix_thread_tenant_last_at_id, ix_thread_tenant_status_last_at_id, ix_thread_tenant_kind_last_at_id;
        create index ix_thread_tenant_last_at_id on thread (tenant, last_at, id)
            include (home_id, has_team, team_left);
        create index ix_thread_tenant_status_last_at_id on thread (tenant, status, last_at, id)
            include (home_id, has_team, team_left);
        create index ix_thread_tenant_kind_last_at_id on thread (tenant, kind, last_at, id)
            include (home_id, has_team, team_left);
        create index ix_thread_tenant_status_kind_last_at_id on thread (tenant, status, kind, last_at, id)
            include (home_id, has_team, team_left);
    """)


def downgrade() -> None:
    op.execute("""
        drop index ix_course_tenant_kind_starts_at_id;
        create index ix_course_tenant_kind_starts_at_id on course (tenant, kind, starts_at, id);
        drop index
            ix_thread_tenant_last_at_id, ix_thread_tenant_status_last_at_id, ix_thread_tenant_kind_last_at_id,
            ix_thread_tenant_status_kind_last_at_id;
        create index ix_thread_tenant_last_at_id on thread (tenant, last_at, id);
        create index ix_thread_tenant_status_last_at_id on thread (tenant, status, last_at, id);
        create index ix_thread_tenant_kind_last_at_id on thread (tenant, kind, last_at, id);
    """)
