"""The outbox takes turns among the municipalities."""

from services.kernel.rows.migration.base import let_outbox_stand_in_line, let_outbox_take_turns

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    let_outbox_take_turns()


def downgrade() -> None:
    let_outbox_stand_in_line()
