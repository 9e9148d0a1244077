"""Whose identity of the staff is protected; and by which home its applications are found."""

from alembic import op

from services.kernel.rows.migration import create_protected_staff, drop_protected_staff

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    create_protected_staff("intake")
    op.execute("create index ix_application_tenant_home_id on application (tenant, home_id)")


def downgrade() -> None:
    op.execute("drop index ix_application_tenant_home_id")
    drop_protected_staff()
