"""Files that belong to an investigation."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.execute("""
        create table investigation_file (
            tenant text not null default current_tenant(),
            id text not null,
            investigation_id text not null,
            name bytea not null,
            media_type text not null,
            size bigint not null,
            file_key bytea not null,
            content_hash bytea not null,
            created_at timestamptz not null,
            created_by text not null,
            constraint pk_investigation_file primary key (tenant, id),
            constraint fk_investigation_file_investigation
                foreign key (tenant, investigation_id) references investigation,
            constraint uq_investigation_file_tenant_investigation_id_content_hash
                unique (tenant, investigation_id, content_hash)
        );
    """)
    put_under_tenant("investigation_file", role="hemvist_investigation", rights="select, insert, delete")


def downgrade() -> None:
    op.execute("drop table investigation_file")
