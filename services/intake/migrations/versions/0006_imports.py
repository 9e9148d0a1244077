"""Imports of applications."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute("""
        create table application_import (
            tenant text not null default current_tenant(),
            id text not null,
            version bigint not null,
            changed_at timestamptz not null,
            status text not null,
            done bigint not null,
            total bigint not null,
            problems jsonb not null,
            created_at timestamptz not null,
            created_by text not null,
            ended_at timestamptz,
            charset text not null,
            accepted bigint not null,
            rejected bigint not null,
            constraint pk_application_import primary key (tenant, id)
        );
        create table import_file (
            tenant text not null default current_tenant(),
            id text not null,
            import_id text not null,
            name bytea not null,
            media_type text not null,
            size bigint not null,
            file_key bytea not null,
            content_hash bytea not null,
            created_at timestamptz not null,
            created_by text not null,
            constraint pk_import_file primary key (tenant, id),
            constraint fk_import_file_application_import
                foreign key (tenant, import_id) references application_import,
            constraint uq_import_file_tenant_import_id unique (tenant, import_id)
        );
        create table imported_row (
            tenant text not null default current_tenant(),
            id text not null,
            imported_at timestamptz not null,
            constraint pk_imported_row primary key (tenant, id)
        );
    """)
    put_under_tenant("application_import", role="hemvist_intake")
    put_under_tenant("import_file", role="hemvist_intake")
    put_under_tenant("imported_row", role="hemvist_intake", rights="select, insert")


def downgrade() -> None:
    op.execute("drop table imported_row, import_file, application_import")
