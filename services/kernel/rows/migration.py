"""Migrations: run by one job as the owner of a service's database, never by the services themselves.

Holds what every service's history begins with (the kernel's tables) and the helper that puts a table under its tenant.
"""

import re
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import alembic.command
import psycopg
import sqlalchemy
from alembic import context, op
from alembic.config import Config

from services.kernel.basics import clock
from services.kernel.contracts.webhooks import TELLING
from services.kernel.rows import access, alerts, nudges, retention, search, settings, staff, webhooks

ROOT = Path(__file__).parents[2]
#: of the kernel's mapped tables one of each module, so that all are known
_MAPPED = (
    settings.KeptSetting,
    access.AccessLine,
    alerts.AccessAlert,
    nudges.Nudge,
    retention.RetentionRun,
    search.SEARCH_WORD,
    staff.StaffMember,
    webhooks.Webhook,
)
_MONTHS_AHEAD = 12
_IS_A_MONTH = re.compile("access_(line|subject)_(other|[0-9]{4}_[0-9]{2})")
_LOCK = 4_815_162_342  #: the advisory lock under which one job at a time migrates

KERNEL = """
create function current_tenant() returns text stable parallel safe language plpgsql as $$
declare
    slug text := current_setting('hemvist.tenant', true);
begin
    if slug is null or slug = '' then
        raise exception 'no tenant in this transaction' using errcode = 'insufficient_privilege';
    end if;
    return slug;
end $$;

create table tenant (
    slug text not null constraint pk_tenant primary key,
    municipality_code text not null,
    name text not null,
    contact jsonb not null
);
create table tenant_settings (
    tenant text not null default current_tenant() constraint pk_tenant_settings primary key,
    settings jsonb not null
);
create table tenant_key (
    tenant text not null default current_tenant(),
    version bigint not null,
    wrapped bytea not null,
    constraint pk_tenant_key primary key (tenant, version)
);
create table outbox (
    position bigint generated always as identity constraint pk_outbox primary key,
    tenant text not null default current_tenant(),
    routing_key text not null,
    envelope jsonb not null
);
create table inbox (
    tenant text not null default current_tenant(),
    reaction text not null,
    event_id text not null,
    received_at timestamptz not null default now(),
    constraint pk_inbox primary key (tenant, reaction, event_id)
);
create table idempotency (
    tenant text not null default current_tenant(),
    actor text not null,
    operation text not null,
    key text not null,
    request_hash bytea not null,
    answer bytea not null,
    created_at timestamptz not null default now(),
    constraint pk_idempotency primary key (tenant, actor, operation, key)
);
"""


def create_kernel(service: str) -> None:
    """The kernel's tables with their rights. Called by the first migration of every service."""
    role, relay = f"hemvist_{service}", f"hemvist_{service}_relay"
    op.execute(KERNEL)
    op.execute(f"grant select on tenant to {role}")
    for table, rights in {
        "tenant_settings": "select",
        "tenant_key": "select",
        "outbox": "insert",
        "inbox": "select, insert",
        "idempotency": "select, insert",
    }.items():
        put_under_tenant(table, role=role, rights=rights)
    op.execute(f"grant select, delete on outbox to {relay}")
    op.execute(f"create policy relay on outbox for all to {relay} using (true)")


def drop_kernel() -> None:
    """Undoes `create_kernel`."""
    op.execute("drop table idempotency, inbox, outbox, tenant_key, tenant_settings, tenant")
    op.execute("drop function current_tenant()")


DUTIES = """
create table duty (
    tenant text not null default current_tenant(),
    name text not null,
    subject text not null,
    due_at timestamptz not null,
    attempts integer not null default 0,
    reason_parked text,
    constraint pk_duty primary key (tenant, name, subject)
);
create index ix_duty_due_at on duty (due_at) where reason_parked is null;
create index ix_duty_tenant_due_at on duty (tenant, due_at) where reason_parked is null;
create table duty_done (
    tenant text not null default current_tenant(),
    name text not null,
    done_at timestamptz not null,
    done bigint not null,
    constraint pk_duty_done primary key (tenant, name)
);
"""


def create_duties(service: str) -> None:
    """The tables of work by time. The relay's role sees which municipality has something due, as it sees the outbox."""
    role, relay = f"hemvist_{service}", f"hemvist_{service}_relay"
    op.execute(DUTIES)
    put_under_tenant("duty", role=role)
    put_under_tenant("duty_done", role=role, rights="select, insert, update")
    op.execute(f"grant select (tenant, due_at, reason_parked) on duty to {relay}")
    op.execute(f"create policy relay on duty for select to {relay} using (true)")
    op.execute(f"grant delete on idempotency, inbox to {role}")


def drop_duties(service: str) -> None:
    """Undoes `create_duties`."""
    op.execute(f"revoke delete on idempotency, inbox from hemvist_{service}")
    op.execute("drop table duty_done, duty")


def create_settings(service: str) -> None:
    """What a municipality has decided in a service. The history can be added to, and what became of a change noted."""
    op.execute("""
        create table setting (
            tenant text not null default current_tenant(),
            id text not null,
            value jsonb,
            set_by text,
            set_at timestamptz,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_setting primary key (tenant, id)
        );
        create table setting_change (
            tenant text not null default current_tenant(),
            id text not null,
            setting_id text not null,
            value jsonb not null,
            status text not null,
            by text,
            at timestamptz not null,
            reason bytea,
            confirmed_by text,
            confirmed_at timestamptz,
            constraint pk_setting_change primary key (tenant, id),
            constraint fk_setting_change_setting foreign key (tenant, setting_id) references setting
        );
        create index ix_setting_change_tenant_setting_id on setting_change (tenant, setting_id);
    """)
    role = f"hemvist_{service}"
    put_under_tenant("setting", role=role, rights="select, insert, update")
    outcome = "update (status, confirmed_by, confirmed_at)"
    put_under_tenant("setting_change", role=role, rights=f"select, insert, {outcome}")


def drop_settings() -> None:
    """Undoes `create_settings`."""
    op.execute("drop table setting_change, setting")


SEEN_VERSIONS = """
create table seen_version (
    tenant text not null default current_tenant(),
    source text not null,
    aspect text not null,
    subject text not null,
    version bigint not null,
    constraint pk_seen_version primary key (tenant, source, aspect, subject)
);
"""


def create_seen_versions(service: str) -> None:
    """Which version of each thing of the other services has been seen: what comes later and is older is ignored."""
    op.execute(SEEN_VERSIONS)
    put_under_tenant("seen_version", role=f"hemvist_{service}", rights="select, insert, update")


def drop_seen_versions() -> None:
    """Undoes `create_seen_versions`."""
    op.execute("drop table seen_version")


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


def _make_months(owner_url: str) -> None:
    """A table for each month of the access log, from the last one to a year ahead, and none that is too old. A month of
    which lines lie in the table beside already has none."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(%s)", (_LOCK,))
        if connection.execute("select to_regclass('access_line')").fetchone() == (None,):
            return
        today = clock.local_date(clock.now())
        _drop_months(connection, today)
        for name, start, end in access.months(today, ahead=_MONTHS_AHEAD):
            for table in ("access_line", "access_subject"):
                _make_month(connection, table, f"{table}_{name}", start, end)


def _drop_months(connection: "psycopg.Connection[Any]", today: date) -> None:
    """Takes away the months of the access log whose time has passed, and the lines beside them that are as old."""
    old = date(today.year - access.YEARS, today.month, 1)
    for table in ("access_line", "access_subject"):
        found = connection.execute(
            "select inhrelid::regclass::text from pg_inherits where inhparent = %s::regclass", (table,)
        ).fetchall()
        for (name,) in found:
            if not name.endswith("_other") and access.is_over(name, today):
                connection.execute(f"drop table {name}")
        connection.execute(f"delete from {table}_other where at < %s", (old,))  # noqa: S608  # names of our own


def _make_month(connection: "psycopg.Connection[Any]", table: str, name: str, start: datetime, end: datetime) -> None:
    made = f"create table if not exists {name} partition of {table} for values from ('{start}') to ('{end}')"
    with suppress(psycopg.errors.CheckViolation):
        connection.execute(made)


def create_staff_members(service: str) -> None:
    """Whose identity of the staff is protected."""
    op.execute("""
        create table staff_member (
            tenant text not null default current_tenant(),
            id text not null,
            actor text not null,
            is_protected boolean not null,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_staff_member primary key (tenant, id)
        );
        create index ix_staff_member_tenant_actor on staff_member (tenant, actor);
    """)
    put_under_tenant("staff_member", role=f"hemvist_{service}", rights="select, insert, update")


def drop_staff_members() -> None:
    """Undoes `create_staff_members`."""
    op.execute("drop table staff_member")


def create_colleagues(service: str) -> None:
    """Who of the staff has worked in the service."""
    op.execute("""
        create table colleague (
            tenant text not null default current_tenant(),
            id text not null,
            actor text not null,
            name bytea,
            roles text[] not null,
            last_on date not null,
            constraint pk_colleague primary key (tenant, id)
        );
        create index ix_colleague_tenant_last_on_id on colleague (tenant, last_on, id);
    """)
    put_under_tenant("colleague", role=f"hemvist_{service}")


def drop_colleagues() -> None:
    """Undoes `create_colleagues`."""
    op.execute("drop table colleague")


TOLD = """
create table told (
    tenant text not null default current_tenant(),
    position bigint generated always as identity,
    routing_key text not null,
    told_at timestamptz not null,
    envelope jsonb not null,
    constraint pk_told primary key (tenant, position)
);
"""


def create_told(service: str) -> None:
    """What the relay has published, for a while. The relay's role adds to it and sees nothing of it."""
    role, relay = f"hemvist_{service}", f"hemvist_{service}_relay"
    op.execute(TOLD)
    put_under_tenant("told", role=role, rights="select, delete")
    op.execute(f"grant insert (tenant, routing_key, told_at, envelope) on told to {relay}")
    op.execute(f"create policy relay on told for insert to {relay} with check (true)")


def drop_told() -> None:
    """Undoes `create_told`."""
    op.execute("drop table told")


WEBHOOKS = """
create table webhook (
    tenant text not null default current_tenant(),
    id text not null,
    url bytea not null,
    description bytea not null,
    types text[] not null,
    keys text[] not null,
    secrets bytea not null,
    position bigint not null,
    created_at timestamptz not null,
    created_by text not null,
    delivered_at timestamptz,
    failing_since timestamptz,
    stopped_at timestamptz,
    problem text,
    constraint pk_webhook primary key (tenant, id)
);
alter table tenant_settings add column webhook_hosts text[] not null default '{}';
"""


def create_webhooks(service: str) -> None:
    """Where to a municipality wants its events sent. The relay's role sees which municipality has any, and leaves a
    duty of one kind for it; it sees nothing else of either."""
    role, relay = f"hemvist_{service}", f"hemvist_{service}_relay"
    op.execute(WEBHOOKS)
    put_under_tenant("webhook", role=role)
    op.execute(f"grant select (tenant) on webhook to {relay}")
    op.execute(f"create policy relay on webhook for select to {relay} using (true)")
    op.execute(f"grant insert (tenant, name, subject, due_at) on duty to {relay}")
    op.execute(f"create policy relay_leaves on duty for insert to {relay} with check (true)")
    only = f"with check (name = '{TELLING.name}')"
    op.execute(f"create policy relay_leaves_only on duty as restrictive for insert to {relay} {only}")


def drop_webhooks(service: str) -> None:
    """Undoes `create_webhooks`."""
    relay = f"hemvist_{service}_relay"
    op.execute("drop policy relay_leaves on duty")
    op.execute("drop policy relay_leaves_only on duty")
    op.execute(f"revoke insert (tenant, name, subject, due_at) on duty from {relay}")
    op.execute("alter table tenant_settings drop column webhook_hosts")
    op.execute("drop table webhook")


def put_under_tenant(table: str, *, role: str, rights: str = "select, insert, update, delete") -> None:
    """Row level security, forced also on the owner, with one policy for reading and writing."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(
        f"create policy tenant on {table} to public "
        "using (tenant = (select current_tenant())) with check (tenant = (select current_tenant()))"
    )
    op.execute(f"grant {rights} on {table} to {role}")


def configuration(service: str, owner_url: str) -> Config:
    """Alembic's configuration of one service, without a file."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / service / "migrations"))
    config.attributes["url"] = owner_url.replace("postgresql://", "postgresql+psycopg://", 1)
    return config


def upgrade(service: str, owner_url: str) -> None:
    """Brings a service's database to the newest revision."""
    alembic.command.upgrade(configuration(service, owner_url), "head")
    _make_months(owner_url)


def downgrade(service: str, owner_url: str, revision: str) -> None:
    """Takes a service's database back to a revision, `base` for none."""
    alembic.command.downgrade(configuration(service, owner_url), revision)


def check(service: str, owner_url: str) -> None:
    """Raises `alembic.util.AutogenerateDiffsDetected` when the models say something that the migrations do not."""
    alembic.command.check(configuration(service, owner_url))


def run(metadata: sqlalchemy.MetaData) -> None:
    """The whole of a service's `migrations/env.py`: one transaction, under a lock, that waits for no one for long."""
    engine = sqlalchemy.create_engine(context.config.attributes["url"], poolclass=sqlalchemy.NullPool)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("set local lock_timeout = '5s'"))
        connection.execute(sqlalchemy.text("set local statement_timeout = '60s'"))
        connection.execute(sqlalchemy.text(f"select pg_advisory_xact_lock({_LOCK})"))
        context.configure(
            connection=connection,
            target_metadata=[metadata, _MAPPED[0].metadata],
            compare_server_default=False,
            include_name=lambda name, kind, _: kind != "table" or not _IS_A_MONTH.fullmatch(name or ""),
        )
        with context.begin_transaction():
            context.run_migrations()
