"""Who lives in a home is followed, also before it is approved; an approval for one child knows it by number."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    # The defaults stay: what runs of the release before, until it is replaced, writes approved homes without them.
    op.execute("""
        alter table home
            add is_approved boolean not null default true,
            add approvals_wait boolean not null default false,
            add is_followed boolean not null default false;
        alter table approval add child_lookup bytea;
    """)


def downgrade() -> None:
    op.execute("""
        alter table home drop is_approved, drop approvals_wait, drop is_followed;
        alter table approval drop child_lookup;
    """)
