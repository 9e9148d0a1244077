"""Events in any order."""

from services.kernel.rows.migration.base import create_seen_versions, drop_seen_versions

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    create_seen_versions("placement")


def downgrade() -> None:
    drop_seen_versions()
