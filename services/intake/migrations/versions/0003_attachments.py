"""Files that belong to an application."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("""
        alter table application add column has_attachments boolean not null default false;
        create table attachment (
            tenant text not null default current_tenant(),
            id text not null,
            application_id text not null,
            name bytea not null,
            media_type text not null,
            size bigint not null,
            file_key bytea not null,
            content_hash bytea not null,
            created_at timestamptz not null,
            created_by text not null,
            constraint pk_attachment primary key (tenant, id),
            constraint fk_attachment_application foreign key (tenant, application_id) references application,
            constraint uq_attachment_tenant_application_id_content_hash unique (tenant, application_id, content_hash)
        );
    """)
    put_under_tenant("attachment", role="hemvist_intake")


def downgrade() -> None:
    op.execute("""
        drop table attachment;
        alter table application drop column has_attachments;
    """)
