"""Who of the staff has worked here."""

from services.kernel.rows.migration.staff import create_colleagues, drop_colleagues

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    create_colleagues("compensation")


def downgrade() -> None:
    drop_colleagues()
