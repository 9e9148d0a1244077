"""By which words people are found."""

from services.kernel.rows.migration.search import create_search, drop_search

revision = "0011"
down_revision = "0010"

FOUND = {"adult": "home"}


def upgrade() -> None:
    create_search("mentorship", **FOUND)


def downgrade() -> None:
    drop_search(**FOUND)
