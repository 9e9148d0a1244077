"""Whether what the registers answered about the adults of a home has run out."""

from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.execute("alter table home add column checks_expired boolean not null default false")


def downgrade() -> None:
    op.execute("alter table home drop column checks_expired")
