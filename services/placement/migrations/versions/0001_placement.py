"""Homes with their adults and approvals, placement requests, inquiries and placements."""

from alembic import op

from services.kernel.rows.migration.base import create_kernel, drop_kernel
from services.kernel.rows.migration.rights import put_under_tenant

revision = "0001"
down_revision = None

HOMES = """
    create table home (
        tenant text not null default current_tenant(),
        id text not null,
        position bytea,
        languages text[] not null,
        protected_identity boolean not null,
        version bigint not null,
        changed_at timestamptz not null,
        constraint pk_home primary key (tenant, id)
    );
    create table home_adult (
        tenant text not null default current_tenant(),
        id text not null,
        home_id text not null,
        rank integer not null,
        person bytea not null,
        lookup bytea not null,
        constraint pk_home_adult primary key (tenant, id),
        constraint fk_home_adult_home foreign key (tenant, home_id) references home
    );
    create index ix_home_adult_tenant_home_id on home_adult (tenant, home_id);
    create index ix_home_adult_tenant_lookup on home_adult (tenant, lookup);
    create table approval (
        tenant text not null default current_tenant(),
        id text not null,
        home_id text not null,
        assignments text[] not null,
        age_from integer not null,
        age_to integer not null,
        places integer not null,
        child_name bytea,
        conditions bytea not null,
        decided_on date not null,
        valid_until date not null,
        constraint pk_approval primary key (tenant, id),
        constraint fk_approval_home foreign key (tenant, home_id) references home
    );
    create index ix_approval_tenant_home_id on approval (tenant, home_id);
"""
REQUESTS = """
    create table placement_request (
        tenant text not null default current_tenant(),
        id text not null,
        assignment text not null,
        status text not null,
        person bytea not null,
        lookup bytea not null,
        needed_from date not null,
        urgent boolean not null,
        languages text[] not null,
        sibling_of text,
        place bytea,
        needs bytea not null,
        knows_home_id text,
        opened_at timestamptz not null,
        opened_by text not null,
        version bigint not null,
        changed_at timestamptz not null,
        constraint pk_placement_request primary key (tenant, id),
        constraint fk_placement_request_placement_request
            foreign key (tenant, sibling_of) references placement_request,
        constraint fk_placement_request_home foreign key (tenant, knows_home_id) references home
    );
    create index ix_placement_request_tenant_status_needed_from on placement_request (tenant, status, needed_from);
    create index ix_placement_request_tenant_lookup on placement_request (tenant, lookup);
    create table inquiry (
        tenant text not null default current_tenant(),
        id text not null,
        placement_request_id text not null,
        home_id text not null,
        assignment text not null,
        message bytea not null,
        answer_by date,
        status text not null,
        sent_at timestamptz not null,
        sent_by text not null,
        answered_at timestamptz,
        answered_by text,
        answered_by_home boolean,
        reason bytea,
        version bigint not null,
        changed_at timestamptz not null,
        constraint pk_inquiry primary key (tenant, id),
        constraint fk_inquiry_placement_request
            foreign key (tenant, placement_request_id) references placement_request,
        constraint fk_inquiry_home foreign key (tenant, home_id) references home
    );
    create unique index uq_inquiry_standing on inquiry (tenant, placement_request_id, home_id)
        where status in ('sent', 'accepted');
    create index ix_inquiry_tenant_placement_request_id on inquiry (tenant, placement_request_id);
    create index ix_inquiry_tenant_home_id on inquiry (tenant, home_id);
"""
PLACEMENTS = """
    create table placement (
        tenant text not null default current_tenant(),
        id text not null,
        placement_request_id text not null,
        home_id text not null,
        approval_id text not null,
        assignment text not null,
        starts_on date not null,
        ends_on date,
        end_reason bytea,
        started_by text not null,
        ended_by text,
        version bigint not null,
        changed_at timestamptz not null,
        constraint pk_placement primary key (tenant, id),
        constraint uq_placement_tenant_placement_request_id unique (tenant, placement_request_id),
        constraint fk_placement_placement_request
            foreign key (tenant, placement_request_id) references placement_request,
        constraint fk_placement_home foreign key (tenant, home_id) references home,
        constraint fk_placement_approval foreign key (tenant, approval_id) references approval
    );
    create index ix_placement_tenant_home_id_ends_on on placement (tenant, home_id, ends_on);
    create index ix_placement_tenant_starts_on on placement (tenant, starts_on);
"""


def upgrade() -> None:
    create_kernel("placement")
    op.execute(HOMES)
    op.execute(REQUESTS)
    op.execute(PLACEMENTS)
    for table in ("home", "home_adult", "approval", "placement_request", "inquiry", "placement"):
        put_under_tenant(table, role="hemvist_placement")


def downgrade() -> None:
    op.execute("drop table placement, inquiry, placement_request, approval, home_adult, home")
    drop_kernel()
