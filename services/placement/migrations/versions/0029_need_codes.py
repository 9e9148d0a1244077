"""The municipality's own list of needs."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.execute("""
        create table need_code_table (
            tenant text not null default current_tenant(),
            id text not null,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_need_code_table primary key (tenant, id)
        );
        create table need_code_change (
            tenant text not null default current_tenant(),
            id text not null,
            codes jsonb not null,
            reason text not null,
            by text not null,
            at timestamptz not null,
            constraint pk_need_code_change primary key (tenant, id)
        );
        create index ix_need_code_change_tenant_at_id on need_code_change (tenant, at, id);
    """)
    put_under_tenant("need_code_table", role="hemvist_placement", rights="select, insert, update")
    put_under_tenant("need_code_change", role="hemvist_placement", rights="select, insert")


def downgrade() -> None:
    op.execute("drop table need_code_change, need_code_table")
