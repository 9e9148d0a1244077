"""Investigations with their adults, register checks, assessments, proposals and decisions, and the approvals."""

from alembic import op

from services.kernel.rows.migration.base import create_kernel, drop_kernel
from services.kernel.rows.migration.rights import put_under_tenant

revision = "0001"
down_revision = None

TABLES = (
    "investigation",
    "adult",
    "register_check",
    "replaced_register_check",
    "assessment",
    "replaced_assessment",
    "proposal",
    "decision",
    "approval",
)


def upgrade() -> None:
    create_kernel("investigation")
    op.execute("""
        create table investigation (
            tenant text not null default current_tenant(),
            id text not null,
            application_id text not null,
            home_id text not null,
            status text not null,
            assignments text[] not null,
            languages text[] not null,
            household_complete boolean not null,
            protected_identity boolean not null,
            opened_at timestamptz not null,
            details bytea not null,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_investigation primary key (tenant, id),
            constraint uq_investigation_tenant_application_id unique (tenant, application_id)
        );
        create index ix_investigation_tenant_status_opened_at on investigation (tenant, status, opened_at);
        create table adult (
            tenant text not null default current_tenant(),
            id text not null,
            investigation_id text not null,
            person bytea not null,
            lookup bytea not null,
            constraint pk_adult primary key (tenant, id),
            constraint fk_adult_investigation foreign key (tenant, investigation_id) references investigation
        );
        create index ix_adult_tenant_investigation_id on adult (tenant, investigation_id);
        create index ix_adult_tenant_lookup on adult (tenant, lookup);
        create table register_check (
            tenant text not null default current_tenant(),
            id text not null,
            investigation_id text not null,
            adult_id text not null,
            register text not null,
            checked_on date,
            valid_until date,
            outcome bytea,
            recorded_by text,
            recorded_at timestamptz,
            constraint pk_register_check primary key (tenant, id),
            constraint uq_register_check_tenant_adult_id_register unique (tenant, adult_id, register),
            constraint fk_register_check_investigation
                foreign key (tenant, investigation_id) references investigation,
            constraint fk_register_check_adult foreign key (tenant, adult_id) references adult
        );
        create index ix_register_check_tenant_investigation_id on register_check (tenant, investigation_id);
        create table replaced_register_check (
            tenant text not null default current_tenant(),
            id text not null,
            register_check_id text not null,
            checked_on date not null,
            valid_until date not null,
            outcome bytea not null,
            recorded_by text not null,
            recorded_at timestamptz not null,
            constraint pk_replaced_register_check primary key (tenant, id),
            constraint fk_replaced_register_check_register_check
                foreign key (tenant, register_check_id) references register_check
        );
        create index ix_replaced_register_check_tenant_register_check_id
            on replaced_register_check (tenant, register_check_id);
        create table assessment (
            tenant text not null default current_tenant(),
            id text not null,
            investigation_id text not null,
            area text not null,
            judgement bytea not null,
            assessed_by text not null,
            assessed_at timestamptz not null,
            constraint pk_assessment primary key (tenant, id),
            constraint uq_assessment_tenant_investigation_id_area unique (tenant, investigation_id, area),
            constraint fk_assessment_investigation foreign key (tenant, investigation_id) references investigation
        );
        create table replaced_assessment (
            tenant text not null default current_tenant(),
            id text not null,
            assessment_id text not null,
            judgement bytea not null,
            assessed_by text not null,
            assessed_at timestamptz not null,
            constraint pk_replaced_assessment primary key (tenant, id),
            constraint fk_replaced_assessment_assessment foreign key (tenant, assessment_id) references assessment
        );
        create index ix_replaced_assessment_tenant_assessment_id on replaced_assessment (tenant, assessment_id);
        create table proposal (
            tenant text not null default current_tenant(),
            id text not null,
            investigation_id text not null,
            number integer not null,
            outcome text not null,
            assignments text[] not null,
            age_from integer,
            age_to integer,
            places integer,
            valid_until date,
            texts bytea not null,
            proposed_by text not null,
            proposed_at timestamptz not null,
            constraint pk_proposal primary key (tenant, id),
            constraint uq_proposal_tenant_investigation_id_number unique (tenant, investigation_id, number),
            constraint fk_proposal_investigation foreign key (tenant, investigation_id) references investigation
        );
        create table decision (
            tenant text not null default current_tenant(),
            id text not null,
            proposal_id text not null,
            outcome text not null,
            reasons bytea not null,
            decided_by text not null,
            decided_at timestamptz not null,
            constraint pk_decision primary key (tenant, id),
            constraint uq_decision_tenant_proposal_id unique (tenant, proposal_id),
            constraint fk_decision_proposal foreign key (tenant, proposal_id) references proposal
        );
        create table approval (
            tenant text not null default current_tenant(),
            id text not null,
            investigation_id text not null,
            home_id text not null,
            assignments text[] not null,
            age_from integer not null,
            age_to integer not null,
            places integer not null,
            texts bytea not null,
            decided_on date not null,
            valid_until date not null,
            constraint pk_approval primary key (tenant, id),
            constraint uq_approval_tenant_investigation_id unique (tenant, investigation_id),
            constraint fk_approval_investigation foreign key (tenant, investigation_id) references investigation
        );
    """)
    for table in TABLES:
        put_under_tenant(table, role="hemvist_investigation")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"drop table {table}")
    drop_kernel()
