"""Where to events are sent."""

from alembic import op

from services.kernel.contracts.webhooks import TELLING
from services.kernel.rows.migration.rights import put_under_tenant

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
