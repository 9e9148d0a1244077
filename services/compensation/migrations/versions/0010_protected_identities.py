"""Whose identity of the staff is protected."""

from services.kernel.rows.migration import create_staff_members, drop_staff_members

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    create_staff_members("compensation")


def downgrade() -> None:
    drop_staff_members()
