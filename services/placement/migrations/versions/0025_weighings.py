"""What matching came to on the days on which homes were asked."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.execute("""
        create table weighing (
            tenant text not null default current_tenant(),
            id text not null,
            placement_request_id text not null,
            weighed_on date not null,
            weighed_at timestamptz not null,
            weighed_by text not null,
            can_take integer not null,
            can_not integer not null,
            result bytea not null,
            constraint pk_weighing primary key (tenant, id),
            constraint uq_weighing_tenant_placement_request_id_weighed_on
                unique (tenant, placement_request_id, weighed_on),
            constraint fk_weighing_placement_request
                foreign key (tenant, placement_request_id) references placement_request
        )
    """)
    put_under_tenant("weighing", role="hemvist_placement", rights="select, insert, delete")


def downgrade() -> None:
    op.execute("drop table weighing")
