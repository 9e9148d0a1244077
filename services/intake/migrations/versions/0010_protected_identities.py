"""Whose identity of the staff is protected; and by which home its applications are found."""

from alembic import op

from services.kernel.rows.migration import create_staff_members, drop_staff_members

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    create_staff_members("intake")
    op.execute("create index ix_application_tenant_home_id on application (tenant, home_id)")


def downgrade() -> None:
    op.execute("drop index ix_application_tenant_home_id")
    drop_staff_members()
