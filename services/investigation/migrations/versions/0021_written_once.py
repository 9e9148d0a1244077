"""What was said, held, heard, disputed and decided is written once: the service's role can not change it."""

from alembic import op

revision = "0021"
down_revision = "0020"

WRITTEN_ONCE = (
    "replaced_register_check, replaced_assessment, proposal, standing_change, concern_note, meeting, given_reference, "
    "consent, objection"
)


def upgrade() -> None:
    op.execute(f"revoke update on {WRITTEN_ONCE} from hemvist_investigation")


def downgrade() -> None:
    op.execute(f"grant update on {WRITTEN_ONCE} to hemvist_investigation")
