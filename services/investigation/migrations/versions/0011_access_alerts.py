"""What was unusual in the log of access, and when it was checked."""

from services.kernel.rows.migration.access import create_access_alerts, drop_access_alerts

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    create_access_alerts("investigation")


def downgrade() -> None:
    drop_access_alerts()
