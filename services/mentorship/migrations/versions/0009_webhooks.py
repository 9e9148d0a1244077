"""Webhooks."""

from services.kernel.rows.migration.webhooks import create_webhooks, drop_webhooks

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    create_webhooks("mentorship")


def downgrade() -> None:
    drop_webhooks("mentorship")
