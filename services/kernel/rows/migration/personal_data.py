"""The tables of exports of a person's own data, as every service's migrations make them."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant


def create_personal_data(service: str) -> None:
    """What an export has gathered, and its file."""
    op.execute("""
        create table personal_data_export (
            tenant text not null default current_tenant(),
            id text not null,
            lookup bytea not null,
            place jsonb not null,
            subjects jsonb not null,
            status text not null,
            done bigint not null,
            total bigint not null,
            problems jsonb not null,
            created_at timestamptz not null,
            created_by text not null,
            ended_at timestamptz,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_personal_data_export primary key (tenant, id)
        );
        create index ix_personal_data_export_tenant_lookup on personal_data_export (tenant, lookup);
        create table personal_data_page (
            tenant text not null default current_tenant(),
            id text not null,
            export_id text not null,
            items bytea not null,
            constraint pk_personal_data_page primary key (tenant, id),
            constraint fk_personal_data_page_personal_data_export foreign key (tenant, export_id)
                references personal_data_export
        );
        create index ix_personal_data_page_tenant_export_id on personal_data_page (tenant, export_id);
        create table personal_data_file (
            tenant text not null default current_tenant(),
            id text not null,
            export_id text not null,
            media_type text not null,
            size bigint not null,
            content_hash bytea not null,
            created_at timestamptz not null,
            created_by text not null,
            name bytea not null,
            file_key bytea not null,
            constraint pk_personal_data_file primary key (tenant, id),
            constraint uq_personal_data_file_tenant_export_id unique (tenant, export_id),
            constraint fk_personal_data_file_personal_data_export foreign key (tenant, export_id)
                references personal_data_export
        );
    """)
    role = f"hemvist_{service}"
    put_under_tenant("personal_data_export", role=role)
    put_under_tenant("personal_data_page", role=role, rights="select, insert, delete")
    put_under_tenant("personal_data_file", role=role, rights="select, insert, delete")


def drop_personal_data() -> None:
    """Undoes `create_personal_data`."""
    op.execute("drop table personal_data_file, personal_data_page, personal_data_export")
