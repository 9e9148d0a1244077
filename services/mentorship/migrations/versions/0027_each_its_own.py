"""What each home that was asked for respite is told of has a version of its own."""

from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.execute(
        "alter table respite_offer add version bigint not null default 1, "
        "add changed_at timestamptz not null default now()"
    )


def downgrade() -> None:
    op.execute("alter table respite_offer drop version, drop changed_at")
