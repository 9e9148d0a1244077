"""When a family was reached and when it was qualified, for an overview that reads no more than its period; of those that
were qualified before the log of access knows when."""

from alembic import op

revision = "0028"
down_revision = "0027"

READ = ("application", "contact_attempt", "access_line", "access_subject")


def upgrade() -> None:
    op.execute("alter table application add reached_at timestamptz, add qualified_at timestamptz")
    for table in READ:  # the owner fills in what is known, of all municipalities
        op.execute(f"alter table {table} no force row level security")
    op.execute("""
        update application set reached_at = known.reached_at, qualified_at = known.qualified_at from (
            select a.tenant, a.id, contact.at as reached_at,
                case a.status when 'qualified' then coalesce(shown.at, a.changed_at) end as qualified_at
            from application a
            left join (
                select tenant, application_id as id, min(at) as at from contact_attempt where reached
                group by tenant, application_id
            ) contact on contact.tenant = a.tenant and contact.id = a.id
            left join (
                select s.tenant, s.id, min(s.at) as at from access_line l
                join access_subject s on s.tenant = l.tenant and s.line_id = l.id and s.at = l.at
                where l.operation = 'qualify_application' group by s.tenant, s.id
            ) shown on shown.tenant = a.tenant and shown.id = a.id
        ) known
        where known.tenant = application.tenant and known.id = application.id
            and (known.reached_at is not null or known.qualified_at is not null);
        create index ix_application_tenant_received_at on application (tenant, received_at);
        create index ix_application_tenant_reached_at on application (tenant, reached_at) include (received_at)
            where reached_at is not null;
        create index ix_application_tenant_qualified_at on application (tenant, qualified_at)
            include (received_at, reached_at) where qualified_at is not null;
    """)
    for table in READ:
        op.execute(f"alter table {table} force row level security")


def downgrade() -> None:
    op.execute("alter table application drop reached_at, drop qualified_at")
    op.execute("drop index ix_application_tenant_received_at")
