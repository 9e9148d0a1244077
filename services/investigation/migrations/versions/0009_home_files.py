"""Homes have files: the people and places of investigations are the home's, and an investigation is of one kind or
another."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0009"
down_revision = "0008"

OPENED = ("investigation", "adult")  #: whose rows of every municipality are moved


def upgrade() -> None:
    for table in OPENED:
        op.execute(f"alter table {table} no force row level security")
    op.execute("""
        create table home (
            tenant text not null default current_tenant(),
            id text not null,
            languages text[] not null,
            household_complete boolean not null,
            protected_identity boolean not null,
            was_approved boolean not null,
            approvals_wait boolean not null,
            details bytea not null,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_home primary key (tenant, id)
        );
        insert into home
            select distinct on (tenant, home_id) tenant, home_id, languages, household_complete, protected_identity,
                status = 'approved', false, details, 1, changed_at
            from investigation order by tenant, home_id, opened_at desc;

        alter table adult
            add home_id text,
            add moved_in_on date,
            add moved_out_on date,
            add came_at timestamptz,
            add left_at timestamptz,
            add is_cleared boolean not null default false;
        update adult set home_id = of.home_id, came_at = of.opened_at, is_cleared = of.status = 'approved'
            from investigation of where of.tenant = adult.tenant and of.id = adult.investigation_id;
        alter table adult
            alter home_id set not null,
            alter came_at set not null,
            alter is_cleared drop default,
            drop investigation_id,
            add constraint fk_adult_home foreign key (tenant, home_id) references home;
        create index ix_adult_tenant_home_id on adult (tenant, home_id);

        alter table investigation
            add kind text not null default 'application',
            alter application_id drop not null,
            drop languages,
            drop household_complete,
            drop protected_identity,
            drop details,
            add constraint fk_investigation_home foreign key (tenant, home_id) references home;
        alter table investigation alter kind drop default;
        create index ix_investigation_tenant_home_id on investigation (tenant, home_id);

        alter table register_check
            drop constraint uq_register_check_tenant_adult_id_register,
            add constraint uq_register_check_tenant_investigation_id_adult_id_register
                unique (tenant, investigation_id, adult_id, register);
        drop index ix_register_check_tenant_investigation_id;
        create index ix_approval_tenant_home_id on approval (tenant, home_id);
    """)
    put_under_tenant("home", role="hemvist_investigation")
    for table in OPENED:
        op.execute(f"alter table {table} force row level security")


def downgrade() -> None:
    """Refused by the database where a home has had more than one investigation: the release before knows of none."""
    opened = (*OPENED, "home", "register_check")
    for table in opened:
        op.execute(f"alter table {table} no force row level security")
    op.execute("""
        drop index ix_approval_tenant_home_id;
        create index ix_register_check_tenant_investigation_id on register_check (tenant, investigation_id);
        alter table register_check
            drop constraint uq_register_check_tenant_investigation_id_adult_id_register,
            add constraint uq_register_check_tenant_adult_id_register unique (tenant, adult_id, register);

        alter table investigation
            add languages text[],
            add household_complete boolean,
            add protected_identity boolean,
            add details bytea;
        update investigation set languages = home.languages, household_complete = home.household_complete,
            protected_identity = home.protected_identity, details = home.details
            from home where home.tenant = investigation.tenant and home.id = investigation.home_id;
        drop index ix_investigation_tenant_home_id;
        alter table investigation
            alter languages set not null,
            alter household_complete set not null,
            alter protected_identity set not null,
            alter details set not null,
            alter application_id set not null,
            drop constraint fk_investigation_home,
            drop kind;

        alter table adult add investigation_id text;
        update adult set investigation_id = of.investigation_id
            from register_check of where of.tenant = adult.tenant and of.adult_id = adult.id;
        drop index ix_adult_tenant_home_id;
        alter table adult
            alter investigation_id set not null,
            drop constraint fk_adult_home,
            drop home_id, drop moved_in_on, drop moved_out_on, drop came_at, drop left_at, drop is_cleared,
            add constraint fk_adult_investigation foreign key (tenant, investigation_id) references investigation;
        create index ix_adult_tenant_investigation_id on adult (tenant, investigation_id);
        drop table home;
    """)
    for table in opened:
        if table != "home":
            op.execute(f"alter table {table} force row level security")
