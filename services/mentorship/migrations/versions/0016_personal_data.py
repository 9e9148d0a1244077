"""A person's own data: what an export has gathered, and its file."""

from services.kernel.rows.migration.personal_data import create_personal_data, drop_personal_data

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    create_personal_data("mentorship")


def downgrade() -> None:
    drop_personal_data()
