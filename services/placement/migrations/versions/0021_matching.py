"""What a need says for matching, when homes have places, and whether their approvals hold."""

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.execute("""
        alter table placement_request
            add expected_until date,
            add siblings_together boolean not null default false,
            add place_kind text not null default 'other',
            add not_near bytea,
            add need_codes text[] not null default '{}',
            add family_contact bytea,
            add network bytea,
            add closed_reason bytea,
            add closed_by text;
        create index ix_placement_request_tenant_sibling_of on placement_request (tenant, sibling_of);
        alter table home
            add availability bytea,
            add may_be_called_at_night boolean not null default true,
            add host_code text,
            add host_consulted_on date;
        alter table approval add suspended boolean not null default false, add revoked_on date;
    """)


def downgrade() -> None:
    op.execute("""
        alter table approval drop suspended, drop revoked_on;
        alter table home drop availability, drop may_be_called_at_night, drop host_code, drop host_consulted_on;
        drop index ix_placement_request_tenant_sibling_of;
        alter table placement_request
            drop expected_until, drop siblings_together, drop place_kind, drop not_near, drop need_codes,
            drop family_contact, drop network, drop closed_reason, drop closed_by;
    """)
