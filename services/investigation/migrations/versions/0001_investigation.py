"""The first tables of investigation."""

from services.kernel.migration import create_kernel, drop_kernel

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_kernel("investigation")


def downgrade() -> None:
    drop_kernel()
