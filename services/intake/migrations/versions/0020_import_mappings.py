"""How the files of a source become applications."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.execute("""
        alter table application_import add column source text, add column mapping jsonb;
        create table import_mapping (
            tenant text not null default current_tenant(),
            id text not null,
            version bigint not null,
            changed_at timestamptz not null,
            mapping jsonb not null,
            constraint pk_import_mapping primary key (tenant, id)
        );
    """)
    put_under_tenant("import_mapping", role="hemvist_intake")


def downgrade() -> None:
    op.execute("""
        drop table import_mapping;
        alter table application_import drop column mapping, drop column source;
    """)
