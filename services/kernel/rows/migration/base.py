"""The tables without which no service starts: tenants, outbox, inbox, duties, settings, what was seen and told."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

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


def let_outbox_take_turns() -> None:
    """The key begins with the municipality, so that the relay finds the first events of each at once."""
    _set_key_of_outbox("tenant, position")


def let_outbox_stand_in_line() -> None:
    """Undoes `let_outbox_take_turns`."""
    _set_key_of_outbox("position")


def _set_key_of_outbox(columns: str) -> None:
    op.execute(f"alter table outbox drop constraint pk_outbox, add constraint pk_outbox primary key ({columns})")
