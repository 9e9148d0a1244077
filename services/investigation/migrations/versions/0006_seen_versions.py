"""Events in any order; an approval has a version, which its events carry."""

from alembic import op

from services.kernel.rows.migration.base import create_seen_versions, drop_seen_versions

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    create_seen_versions("investigation")
    # The defaults stay: what runs of the release before, until it is replaced, writes approvals without them.
    op.execute(
        "alter table approval add version bigint not null default 1, add changed_at timestamptz not null default now()"
    )


def downgrade() -> None:
    op.execute("alter table approval drop version, drop changed_at")
    drop_seen_versions()
