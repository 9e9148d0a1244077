"""Whose identity of the staff is protected."""

from services.kernel.rows.migration.staff import create_staff_members, drop_staff_members

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    create_staff_members("placement")


def downgrade() -> None:
    drop_staff_members()
