"""Homes whose people have to be looked at before they take anybody."""

from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.execute("alter table home add column approvals_wait boolean not null default false")


def downgrade() -> None:
    op.execute("alter table home drop column approvals_wait")
