"""The first tables of mentorship."""

from services.kernel.migration import create_kernel, drop_kernel

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_kernel("mentorship")


def downgrade() -> None:
    drop_kernel()
