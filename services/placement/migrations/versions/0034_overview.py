"""Indexes of what the overview and the deadlines look for: stays by their last day, those that visits are reported of,
and the homes in which others have placed children."""

from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.execute("""
        create index ix_placement_tenant_ends_on on placement (tenant, ends_on) include (kind, end_code);
        create index ix_placement_supports on placement (tenant, id)
            where assignment in ('contact_family', 'contact_person');
        create index ix_home_with_others on home (tenant, id) where others_children > 0;
    """)


def downgrade() -> None:
    op.execute("drop index ix_placement_tenant_ends_on, ix_placement_supports, ix_home_with_others")
