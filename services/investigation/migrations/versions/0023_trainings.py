"""What training homes have had."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.execute("""
        create table home_training (
            tenant text not null default current_tenant(),
            id text not null,
            home_id text not null,
            course_id text not null,
            kind text not null,
            attended boolean not null,
            held_on date not null,
            constraint pk_home_training primary key (tenant, id)
        );
        create index ix_home_training_tenant_home_id on home_training (tenant, home_id);
    """)
    put_under_tenant("home_training", role="hemvist_investigation")


def downgrade() -> None:
    op.execute("drop table home_training")
