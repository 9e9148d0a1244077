"""The first tables of placement."""

from services.kernel.migration import create_kernel, drop_kernel

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_kernel("placement")


def downgrade() -> None:
    drop_kernel()
