"""Whose identity is protected: of the staff, and of those who are placed."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant
from services.kernel.rows.migration.staff import create_staff_members, drop_staff_members

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    create_staff_members("investigation")
    op.execute("""
        create table placed_person (
            tenant text not null default current_tenant(),
            id text not null,
            lookup bytea not null,
            is_protected boolean not null,
            constraint pk_placed_person primary key (tenant, id)
        );
        create index ix_placed_person_tenant_lookup on placed_person (tenant, lookup);
    """)
    put_under_tenant("placed_person", role="hemvist_investigation")


def downgrade() -> None:
    op.execute("drop table placed_person")
    drop_staff_members()
