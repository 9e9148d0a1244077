"""What a municipality says of itself, drafts, and challenges that have been used."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.execute("""
        create table profile (
            tenant text not null default current_tenant(),
            id text not null,
            version bigint not null,
            changed_at timestamptz not null,
            said jsonb not null,
            constraint pk_profile primary key (tenant, id)
        );
        create table draft (
            tenant text not null default current_tenant(),
            id text not null,
            version bigint not null,
            changed_at timestamptz not null,
            sealed bytea not null,
            kept_until date not null,
            constraint pk_draft primary key (tenant, id)
        );
        create index ix_draft_tenant_kept_until on draft (tenant, kept_until);
        create table spent_challenge (
            tenant text not null default current_tenant(),
            id text not null,
            spent_on date not null,
            constraint pk_spent_challenge primary key (tenant, id)
        );
        create index ix_spent_challenge_tenant_spent_on on spent_challenge (tenant, spent_on);
    """)
    put_under_tenant("profile", role="hemvist_intake")
    put_under_tenant("draft", role="hemvist_intake")
    put_under_tenant("spent_challenge", role="hemvist_intake", rights="select, insert, delete")


def downgrade() -> None:
    op.execute("drop table spent_challenge, draft, profile")
