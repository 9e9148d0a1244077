"""By which words people are found."""

from services.kernel.rows.migration import create_search, drop_search

revision = "0009"
down_revision = "0008"

FOUND = {"adult": "home"}


def upgrade() -> None:
    create_search("mentorship", **FOUND)


def downgrade() -> None:
    drop_search(**FOUND)
