"""Whether homes were told anything, and whether the network was asked: to be counted without opening what was said."""

from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.execute("""
        alter table inquiry add is_told boolean not null default false;
        alter table placement_request add network_result text;
    """)


def downgrade() -> None:
    op.execute("alter table inquiry drop is_told; alter table placement_request drop network_result;")
