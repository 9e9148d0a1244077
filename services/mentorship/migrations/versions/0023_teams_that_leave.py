"""Threads whose team has left, and references to surveys that have been used."""

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.execute("""
        alter table thread add column team_left boolean not null default false;
        alter table survey_ticket add column used boolean not null default false;
    """)


def downgrade() -> None:
    op.execute("""
        alter table survey_ticket drop column used;
        alter table thread drop column team_left;
    """)
