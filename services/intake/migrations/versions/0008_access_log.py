"""Who was shown whose data."""

from services.kernel.rows.migration.access import create_access_log, drop_access_log

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    create_access_log("intake")


def downgrade() -> None:
    drop_access_log()
