"""The second gate: decisions on care, introductions, why a placement ended, and every last day that was said."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    # The default stays: what runs of the release before, until it is replaced, writes placements without a kind.
    op.execute("""
        alter table placement
            add kind text not null default 'stay',
            add continues text,
            add end_code text,
            drop constraint uq_placement_tenant_placement_request_id;
        create unique index uq_placement_stay on placement (tenant, placement_request_id) where kind = 'stay';
        create index ix_placement_tenant_placement_request_id_id on placement (tenant, placement_request_id, id);
        create table care_decision (
            tenant text not null default current_tenant(),
            id text not null,
            placement_id text not null,
            placement_request_id text not null,
            authority text not null,
            legal_ground text not null,
            decided_on date not null,
            reference bytea not null,
            child_assessment bytea not null,
            recorded_by text not null,
            recorded_at timestamptz not null,
            constraint pk_care_decision primary key (tenant, id),
            constraint fk_care_decision_placement foreign key (tenant, placement_id) references placement
        );
        create index ix_care_decision_tenant_placement_id on care_decision (tenant, placement_id);
        create table said_end (
            tenant text not null default current_tenant(),
            id text not null,
            placement_id text not null,
            placement_request_id text not null,
            ends_on date not null,
            note bytea not null,
            by text not null,
            at timestamptz not null,
            constraint pk_said_end primary key (tenant, id),
            constraint fk_said_end_placement foreign key (tenant, placement_id) references placement
        );
        create index ix_said_end_tenant_placement_id on said_end (tenant, placement_id);
    """)
    put_under_tenant("care_decision", role="hemvist_placement", rights="select, insert, delete")
    put_under_tenant("said_end", role="hemvist_placement", rights="select, insert, delete")


def downgrade() -> None:
    op.execute("""
        drop table said_end, care_decision;
        alter table placement no force row level security;
        delete from placement where kind <> 'stay';
        drop index uq_placement_stay;
        drop index ix_placement_tenant_placement_request_id_id;
        alter table placement
            drop kind, drop continues, drop end_code,
            add constraint uq_placement_tenant_placement_request_id unique (tenant, placement_request_id);
        alter table placement force row level security;
    """)
