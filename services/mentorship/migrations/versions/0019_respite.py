"""Respite inside the network."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.execute("""
        create table respite_request (
            tenant text not null default current_tenant(),
            id text not null,
            home_id text not null,
            starts_on date not null,
            ends_on date not null,
            children integer not null,
            age_from integer not null,
            age_to integer not null,
            status text not null,
            given_by text,
            created_at timestamptz not null,
            completed_at timestamptz,
            completed_by text,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_respite_request primary key (tenant, id),
            constraint ck_respite_request_in_order check (starts_on < ends_on),
            constraint fk_respite_request_home foreign key (tenant, home_id) references home,
            constraint fk_respite_request_given_by foreign key (tenant, given_by) references home
        );
        create index ix_respite_request_tenant_home_id on respite_request (tenant, home_id);
        create index ix_respite_request_tenant_given_by on respite_request (tenant, given_by);
        create index ix_respite_request_tenant_created_at_id on respite_request (tenant, created_at, id);
        create index ix_respite_request_tenant_status_created_at_id
            on respite_request (tenant, status, created_at, id);
        create table respite_offer (
            tenant text not null default current_tenant(),
            id text not null,
            respite_id text not null,
            home_id text not null,
            status text not null,
            asked_at timestamptz not null,
            answered_at timestamptz,
            constraint pk_respite_offer primary key (tenant, id),
            constraint uq_respite_offer_tenant_respite_id_home_id unique (tenant, respite_id, home_id),
            constraint fk_respite_offer_respite_request foreign key (tenant, respite_id) references respite_request,
            constraint fk_respite_offer_home foreign key (tenant, home_id) references home
        );
        create index ix_respite_offer_tenant_home_id on respite_offer (tenant, home_id);
    """)
    for table in ("respite_request", "respite_offer"):
        put_under_tenant(table, role="hemvist_mentorship")


def downgrade() -> None:
    op.execute("drop table respite_offer, respite_request")
