"""Whose identity of the staff is protected."""

from services.kernel.rows.migration.staff import create_staff_members, drop_staff_members

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    create_staff_members("compensation")


def downgrade() -> None:
    drop_staff_members()
