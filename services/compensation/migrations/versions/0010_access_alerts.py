"""What was unusual in the log of access, and when it was checked."""

from services.kernel.rows.migration.access import create_access_alerts, drop_access_alerts

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    create_access_alerts("compensation")


def downgrade() -> None:
    drop_access_alerts()
