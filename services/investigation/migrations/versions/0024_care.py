"""Who lives in a home, by a keyed hash: so that the care of a child that moves is one."""

from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.execute("""
        alter table home_use add person bytea;
        create index ix_home_use_tenant_person on home_use (tenant, person);
    """)
    _let_placements_be_told_again()


def _let_placements_be_told_again() -> None:
    """What was last told of a placement's beginning is news once more when it is told again: so who lives there is
    learnt."""
    op.execute("alter table seen_version no force row level security")
    op.execute("""
        update seen_version set version = version - 1
        where source = 'placement' and aspect = 'placement_started' and version > 0
    """)
    op.execute("alter table seen_version force row level security")


def downgrade() -> None:
    op.execute("""
        drop index ix_home_use_tenant_person;
        alter table home_use drop person;
    """)
