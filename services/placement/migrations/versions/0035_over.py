"""Deadlines of stays that are over are not kept, but for what outlasts them."""

from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    for table in ("deadline", "placement"):
        op.execute(f"alter table {table} no force row level security")
    op.execute("""
        delete from deadline using placement
        where placement.tenant = deadline.tenant and placement.id = deadline.placement_id
            and placement.ends_on < (now() at time zone 'Europe/Stockholm')::date
            and deadline.kind not in ('chair_decision_follow_up', 'more_than_three')
    """)
    for table in ("deadline", "placement"):
        op.execute(f"alter table {table} force row level security")


def downgrade() -> None:
    """They come again with the next change of a stay of the person."""
