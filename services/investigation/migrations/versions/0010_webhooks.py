"""Webhooks."""

from services.kernel.rows.migration.webhooks import create_webhooks, drop_webhooks

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    create_webhooks("investigation")


def downgrade() -> None:
    drop_webhooks("investigation")
