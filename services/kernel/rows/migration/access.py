"""The log of who was shown whose data, kept apart by month; and what was unusual in it."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant


def create_access_log(service: str) -> None:
    """Who was shown whose data. The service's role adds lines and reads them, and can neither change nor delete one.

    The months' own tables are made at each migration (`_make_months`); what falls outside them lies in a table beside.
    """
    op.execute("""
        create table access_line (
            tenant text not null default current_tenant(),
            id text not null,
            at timestamptz not null,
            actor text not null,
            actor_name bytea,
            roles text[] not null,
            operation text not null,
            subjects jsonb not null,
            reason bytea,
            request_id text not null,
            constraint pk_access_line primary key (tenant, id, at)
        ) partition by range (at);
        create index ix_access_line_tenant_actor_id on access_line (tenant, actor, id);
        create table access_subject (
            tenant text not null default current_tenant(),
            id text not null,
            line_id text not null,
            at timestamptz not null,
            constraint pk_access_subject primary key (tenant, id, line_id, at)
        ) partition by range (at);
        create table access_line_other partition of access_line default;
        create table access_subject_other partition of access_subject default;
    """)
    for table in ("access_line", "access_subject"):
        put_under_tenant(table, role=f"hemvist_{service}", rights="select, insert")


def drop_access_log() -> None:
    """Undoes `create_access_log`."""
    op.execute("drop table access_subject, access_line")


def create_access_alerts(service: str) -> None:
    """What was unusual in the log of access, and when it was checked: a check can not be changed, of an alert only how
    it was settled. Of the lines that are there nobody knows in which way: they alarm nobody."""
    op.execute("""
        alter table access_line add column way text not null default 'listed', add column actor_lookup bytea;
        create table access_alert (
            tenant text not null default current_tenant(),
            id text not null,
            kind text not null,
            actor text not null,
            actor_name bytea,
            happened_on date not null,
            count bigint not null,
            usual bigint,
            subjects jsonb not null,
            raised_at timestamptz not null,
            settled_by text,
            settled_at timestamptz,
            note bytea,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_access_alert primary key (tenant, id)
        );
        create table access_review (
            tenant text not null default current_tenant(),
            id text not null,
            since timestamptz not null,
            until timestamptz not null,
            note bytea not null,
            by text not null,
            at timestamptz not null,
            lines bigint not null,
            alerts bigint not null,
            open_alerts bigint not null,
            constraint pk_access_review primary key (tenant, id)
        );
        create table access_watch (
            tenant text not null default current_tenant(),
            id text not null,
            looked_until timestamptz,
            constraint pk_access_watch primary key (tenant, id)
        );
    """)
    role = f"hemvist_{service}"
    settled = "update (settled_by, settled_at, note, version, changed_at)"
    put_under_tenant("access_alert", role=role, rights=f"select, insert, {settled}")
    put_under_tenant("access_review", role=role, rights="select, insert")
    put_under_tenant("access_watch", role=role, rights="select, insert, update")


def drop_access_alerts() -> None:
    """Undoes `create_access_alerts`."""
    op.execute("drop table access_watch, access_review, access_alert")
    op.execute("alter table access_line drop column way, drop column actor_lookup")
