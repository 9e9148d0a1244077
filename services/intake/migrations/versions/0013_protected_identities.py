"""Whose identity of the staff is protected; and who lives in a home whose identity is protected."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant
from services.kernel.rows.migration.staff import create_staff_members, drop_staff_members

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    create_staff_members("intake")
    op.execute("""
        create table protected_person (
            tenant text not null default current_tenant(),
            id text not null,
            home_id text not null,
            lookup bytea not null,
            constraint pk_protected_person primary key (tenant, id)
        );
        create index ix_protected_person_tenant_home_id on protected_person (tenant, home_id);
        create index ix_protected_person_tenant_lookup on protected_person (tenant, lookup);
    """)
    put_under_tenant("protected_person", role="hemvist_intake")


def downgrade() -> None:
    op.execute("drop table protected_person")
    drop_staff_members()
