"""A home is asked to answer by an instant: what was a day is the end of that day in Sweden."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute(
        "alter table inquiry alter answer_by type timestamptz "
        "using ((answer_by + 1)::timestamp at time zone 'Europe/Stockholm')"
    )


def downgrade() -> None:
    op.execute(
        "alter table inquiry alter answer_by type date "
        "using ((answer_by at time zone 'Europe/Stockholm')::date - 1)"
    )
