"""A person's own data: what an export has gathered, and its file."""

from services.kernel.rows.migration.personal_data import create_personal_data, drop_personal_data

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    create_personal_data("placement")


def downgrade() -> None:
    drop_personal_data()
