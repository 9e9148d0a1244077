"""By when a child of a home is an adult who lives there: found each night."""

from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.execute("""
        alter table home add of_age_on date;
        create index ix_home_of_age on home (tenant, of_age_on, id) where of_age_on is not null;
    """)


def downgrade() -> None:
    op.execute("alter table home drop of_age_on")
