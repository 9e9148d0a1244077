"""What is kept of weeding, and what homes are used for."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant
from services.kernel.rows.migration.retention import create_retention, drop_retention

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    create_retention("investigation")
    op.execute("""
        create table home_use (
            tenant text not null default current_tenant(),
            id text not null,
            home_id text not null,
            by_home_id text,
            of_child boolean not null,
            starts_on date not null,
            ends_on date,
            constraint pk_home_use primary key (tenant, id)
        );
        create index ix_home_use_tenant_home_id on home_use (tenant, home_id);
        create index ix_home_use_tenant_by_home_id on home_use (tenant, by_home_id);
    """)
    put_under_tenant("home_use", role="hemvist_investigation")


def downgrade() -> None:
    op.execute("drop table home_use")
    drop_retention("investigation")
