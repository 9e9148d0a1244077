"""Who was shown whose data."""

from services.kernel.rows.migration.access import create_access_log, drop_access_log

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    create_access_log("investigation")


def downgrade() -> None:
    drop_access_log()
