"""Who lives in a home is followed, by name, also before it is approved."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute("""
        alter table home
            alter approval_id drop not null,
            alter decided_on drop not null,
            add is_followed boolean not null default false;
        alter table adult add person bytea;
    """)


def downgrade() -> None:
    """Refused by the database where it holds homes that are not approved: the release before knows of none."""
    op.execute("""
        alter table adult drop person;
        alter table home drop is_followed, alter approval_id set not null, alter decided_on set not null;
    """)
