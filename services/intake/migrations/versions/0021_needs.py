"""What a municipality needs, for anybody to read."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.execute("""
        create table need (
            tenant text not null default current_tenant(),
            id text not null,
            version bigint not null,
            changed_at timestamptz not null,
            title text not null,
            text text not null,
            assignments text[] not null,
            age_from integer,
            age_to integer,
            until date,
            published_at timestamptz not null,
            constraint pk_need primary key (tenant, id)
        );
        create index ix_need_tenant_changed_at_id on need (tenant, changed_at, id);
    """)
    put_under_tenant("need", role="hemvist_intake")


def downgrade() -> None:
    op.execute("drop table need")
