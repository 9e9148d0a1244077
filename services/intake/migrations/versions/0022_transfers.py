"""Applications that municipalities hand over to each other."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.execute("""
        create table sent_transfer (
            tenant text not null default current_tenant(),
            id text not null,
            version bigint not null,
            changed_at timestamptz not null,
            application_id text not null,
            "to" text not null,
            sent_at timestamptz not null,
            sent_by text not null,
            consent_given_on date not null,
            status text not null,
            answered_at timestamptz,
            constraint pk_sent_transfer primary key (tenant, id),
            constraint fk_sent_transfer_application foreign key (tenant, application_id) references application
        );
        create index ix_sent_transfer_tenant_application_id on sent_transfer (tenant, application_id);
        create table received_transfer (
            tenant text not null default current_tenant(),
            id text not null,
            version bigint not null,
            changed_at timestamptz not null,
            application_id text not null,
            sender text not null,
            from_name text not null,
            sent_at timestamptz not null,
            consent_given_on date not null,
            status text not null,
            answered_at timestamptz,
            answered_by text,
            reason bytea,
            files bytea not null,
            files_on_their_way integer not null,
            constraint pk_received_transfer primary key (tenant, id),
            constraint fk_received_transfer_application foreign key (tenant, application_id) references application
        );
        create index ix_received_transfer_tenant_application_id on received_transfer (tenant, application_id);
        create index ix_received_transfer_tenant_sent_at_id on received_transfer (tenant, sent_at, id);
        create index ix_received_transfer_tenant_status_sent_at_id on received_transfer (tenant, status, sent_at, id);
    """)
    put_under_tenant("sent_transfer", role="hemvist_intake")
    put_under_tenant("received_transfer", role="hemvist_intake")


def downgrade() -> None:
    op.execute("drop table received_transfer, sent_transfer")
