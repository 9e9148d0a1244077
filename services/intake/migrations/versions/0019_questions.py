"""A municipality's own questions, in each version."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.execute("""
        create table question_set (
            tenant text not null default current_tenant(),
            id text not null,
            version bigint not null,
            changed_at timestamptz not null,
            questions jsonb not null,
            constraint pk_question_set primary key (tenant, id)
        );
        create table question_edition (
            tenant text not null default current_tenant(),
            id text not null,
            questions jsonb not null,
            published_at timestamptz not null,
            constraint pk_question_edition primary key (tenant, id)
        );
    """)
    put_under_tenant("question_set", role="hemvist_intake")
    put_under_tenant("question_edition", role="hemvist_intake", rights="select, insert")


def downgrade() -> None:
    op.execute("drop table question_edition, question_set")
