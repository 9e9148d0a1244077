"""Deadlines of stays that are over are not kept, but for what outlasts them; and nobody looks for the homes with
others' children any more."""

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
            and deadline.kind not in ('chair_decision_follow_up', 'more_than_three');
        drop index ix_home_with_others;
    """)
    for table in ("deadline", "placement"):
        op.execute(f"alter table {table} force row level security")


def downgrade() -> None:
    """Of the deadlines: they come again with the next change of a stay of the person."""
    op.execute("create index ix_home_with_others on home (tenant, id) where others_children > 0")
