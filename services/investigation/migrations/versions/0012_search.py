"""By which words people are found."""

from services.kernel.rows.migration.search import create_search, drop_search

revision = "0012"
down_revision = "0011"

FOUND = {"adult": "home"}


def upgrade() -> None:
    create_search("investigation", **FOUND)


def downgrade() -> None:
    drop_search(**FOUND)
