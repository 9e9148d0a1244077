"""By which words people are found."""

from services.kernel.rows.migration import create_search, drop_search

revision = "0009"
down_revision = "0008"

FOUND = {"home_adult": "home"}


def upgrade() -> None:
    create_search("compensation", **FOUND)


def downgrade() -> None:
    drop_search(**FOUND)
