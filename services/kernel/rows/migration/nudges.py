"""The table of nudges, and what the operator's file says of SMS, as migrations make them."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

NUDGES = """
create table nudge (
    tenant text not null default current_tenant(),
    id text not null,
    kind text not null,
    subject text not null,
    home_id text not null,
    recipient text not null,
    way text,
    address bytea,
    is_urgent boolean not null,
    state text not null,
    problem text,
    planned_at timestamptz not null,
    settled_at timestamptz,
    constraint pk_nudge primary key (tenant, id)
);
create index ix_nudge_tenant_subject on nudge (tenant, subject);
create index ix_nudge_tenant_recipient_way_kind_settled_at on nudge (tenant, recipient, way, kind, settled_at);
create index ix_nudge_tenant_home_id on nudge (tenant, home_id);
create index ix_nudge_tenant_planned_at on nudge (tenant, planned_at);
alter table tenant_settings add column sms jsonb;
"""


def create_nudges(service: str) -> None:
    """That homes shall learn of something, and how the municipality's provider of SMS is asked."""
    op.execute(NUDGES)
    put_under_tenant("nudge", role=f"hemvist_{service}")


def drop_nudges() -> None:
    """Undoes `create_nudges`."""
    op.execute("alter table tenant_settings drop column sms")
    op.execute("drop table nudge")
