"""The first tables of compensation."""

from services.kernel.migration import create_kernel, drop_kernel

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_kernel("compensation")


def downgrade() -> None:
    drop_kernel()
