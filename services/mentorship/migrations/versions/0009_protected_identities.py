"""Whose identity of the staff is protected."""

from services.kernel.rows.migration import create_protected_staff, drop_protected_staff

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    create_protected_staff("mentorship")


def downgrade() -> None:
    drop_protected_staff()
