"""Where in its file an import goes on."""

from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.execute("""
        alter table application_import
            add next_byte bigint not null default 0,
            add next_line bigint not null default 1
    """)


def downgrade() -> None:
    op.execute("alter table application_import drop next_byte, drop next_line")
