"""Applications, their adults, and the attempts to get in touch."""

from alembic import op

from services.kernel.rows.migration.base import create_kernel, drop_kernel
from services.kernel.rows.migration.rights import put_under_tenant

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_kernel("intake")
    op.execute("""
        create table application (
            tenant text not null default current_tenant(),
            id text not null,
            home_id text not null,
            reference text not null,
            kind text not null,
            status text not null,
            assignments text[] not null,
            protected_identity boolean not null,
            received_at timestamptz not null,
            contact_by date not null,
            details bytea not null,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_application primary key (tenant, id),
            constraint uq_application_tenant_reference unique (tenant, reference)
        );
        create index ix_application_tenant_contact_by_id on application (tenant, contact_by, id);
        create table applicant (
            tenant text not null default current_tenant(),
            id text not null,
            application_id text not null,
            lookup bytea not null,
            constraint pk_applicant primary key (tenant, id),
            constraint fk_applicant_application foreign key (tenant, application_id) references application
        );
        create index ix_applicant_tenant_application_id on applicant (tenant, application_id);
        create index ix_applicant_tenant_lookup on applicant (tenant, lookup);
        create table contact_attempt (
            tenant text not null default current_tenant(),
            id text not null,
            application_id text not null,
            at timestamptz not null,
            by text not null,
            way text not null,
            reached boolean not null,
            note bytea not null,
            constraint pk_contact_attempt primary key (tenant, id),
            constraint fk_contact_attempt_application foreign key (tenant, application_id) references application
        );
        create index ix_contact_attempt_tenant_application_id on contact_attempt (tenant, application_id);
    """)
    for table in ("application", "applicant", "contact_attempt"):
        put_under_tenant(table, role="hemvist_intake")


def downgrade() -> None:
    op.execute("drop table contact_attempt, applicant, application")
    drop_kernel()
