"""Mentorships of homes that have no approval that holds, and in which nobody lives: found each night."""

from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.execute("""
        alter table mentorship add unapproved_since date;
        create index ix_mentorship_unapproved on mentorship (tenant, unapproved_since, id)
            where unapproved_since is not null;
    """)


def downgrade() -> None:
    op.execute("alter table mentorship drop unapproved_since")
