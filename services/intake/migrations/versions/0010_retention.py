"""What is kept of weeding."""

from services.kernel.rows.migration import create_retention, drop_retention

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    create_retention("intake")


def downgrade() -> None:
    drop_retention("intake")
