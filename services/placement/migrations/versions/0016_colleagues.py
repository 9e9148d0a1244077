"""Who of the staff has worked here."""

from services.kernel.rows.migration.staff import create_colleagues, drop_colleagues

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    create_colleagues("placement")


def downgrade() -> None:
    drop_colleagues()
