"""Surveys that are answered without a name."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.execute("""
        create table survey (
            tenant text not null default current_tenant(),
            id text not null,
            questions text[] not null,
            opened_at timestamptz not null,
            opened_by text not null,
            closes_on date not null,
            counts integer[] not null,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_survey primary key (tenant, id)
        );
        create index ix_survey_tenant_opened_at_id on survey (tenant, opened_at, id);
        create table survey_ticket (
            tenant text not null default current_tenant(),
            id text not null,
            survey_id text not null,
            constraint pk_survey_ticket primary key (tenant, id),
            constraint fk_survey_ticket_survey foreign key (tenant, survey_id) references survey
        );
        create table survey_taken (
            tenant text not null default current_tenant(),
            id text not null,
            survey_id text not null,
            home_id text not null,
            constraint pk_survey_taken primary key (tenant, id),
            constraint uq_survey_taken_tenant_survey_id_home_id unique (tenant, survey_id, home_id),
            constraint fk_survey_taken_survey foreign key (tenant, survey_id) references survey,
            constraint fk_survey_taken_home foreign key (tenant, home_id) references home
        );
        create index ix_survey_taken_tenant_home_id on survey_taken (tenant, home_id);
    """)
    put_under_tenant("survey", role="hemvist_mentorship")
    put_under_tenant("survey_ticket", role="hemvist_mentorship", rights="select, insert, update, delete")
    put_under_tenant("survey_taken", role="hemvist_mentorship")


def downgrade() -> None:
    op.execute("drop table survey_taken, survey_ticket, survey")
