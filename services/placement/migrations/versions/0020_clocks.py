"""Plans, reviews, teams, visits and informal stays, and what is due of them."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0020"
down_revision = "0019"

PLACEMENTS = """
    alter table placement
        add family_home_worker text,
        add child_social_worker text,
        add more_than_three boolean not null default false;
    alter table placement_request add granted_on date, add execution_due_on date;
    create table deadline (
        tenant text not null default current_tenant(),
        id text not null,
        placement_id text not null,
        placement_request_id text not null,
        kind text not null,
        due_on date not null,
        constraint pk_deadline primary key (tenant, id),
        constraint uq_deadline_tenant_placement_id_kind unique (tenant, placement_id, kind),
        constraint fk_deadline_placement foreign key (tenant, placement_id) references placement
    );
    create index ix_deadline_tenant_kind_due_on_placement_id on deadline (tenant, kind, due_on, placement_id);
    create table placement_plan (
        tenant text not null default current_tenant(),
        id text not null,
        placement_id text not null,
        placement_request_id text not null,
        parts bytea not null,
        care_plan_on date,
        implementation_plan_on date,
        next_review_on date,
        child_investigation_ended_on date,
        said_by text not null,
        said_at timestamptz not null,
        constraint pk_placement_plan primary key (tenant, id),
        constraint fk_placement_plan_placement foreign key (tenant, placement_id) references placement
    );
    create index ix_placement_plan_tenant_placement_id on placement_plan (tenant, placement_id);
    create table placement_review (
        tenant text not null default current_tenant(),
        id text not null,
        placement_id text not null,
        placement_request_id text not null,
        kind text not null,
        held_on date not null,
        until date,
        note bytea not null,
        recorded_by text not null,
        recorded_at timestamptz not null,
        constraint pk_placement_review primary key (tenant, id),
        constraint fk_placement_review_placement foreign key (tenant, placement_id) references placement
    );
    create index ix_placement_review_tenant_placement_id_kind_held_on
        on placement_review (tenant, placement_id, kind, held_on);
"""
VISITS = """
    create table visit (
        tenant text not null default current_tenant(),
        id text not null,
        placement_id text not null,
        placement_request_id text not null,
        home_id text not null,
        assignment text not null,
        starts_on date not null,
        ends_on date not null,
        month text not null,
        half_first_day boolean not null,
        half_last_day boolean not null,
        note bytea not null,
        status text not null,
        reported_at timestamptz not null,
        reported_by text not null,
        reported_by_home boolean not null,
        confirm_by date not null,
        confirmed_at timestamptz,
        confirmed_by text,
        corrected boolean not null,
        version bigint not null,
        changed_at timestamptz not null,
        constraint pk_visit primary key (tenant, id),
        constraint fk_visit_placement foreign key (tenant, placement_id) references placement,
        constraint fk_visit_home foreign key (tenant, home_id) references home,
        constraint fk_visit_placement_request
            foreign key (tenant, placement_request_id) references placement_request
    );
    create index ix_visit_tenant_starts_on_id on visit (tenant, starts_on, id);
    create index ix_visit_tenant_placement_id_starts_on_id on visit (tenant, placement_id, starts_on, id);
    create index ix_visit_tenant_status_starts_on_id on visit (tenant, status, starts_on, id);
    create index ix_visit_tenant_month_starts_on_id on visit (tenant, month, starts_on, id);
    create index ix_visit_tenant_home_id_starts_on_id on visit (tenant, home_id, starts_on, id);
    create index ix_visit_tenant_confirm_by_id on visit (tenant, confirm_by, id) where status = 'reported';
    create table visit_change (
        tenant text not null default current_tenant(),
        id text not null,
        visit_id text not null,
        home_id text not null,
        placement_request_id text not null,
        starts_on date not null,
        ends_on date not null,
        half_first_day boolean not null,
        half_last_day boolean not null,
        note bytea not null,
        by text not null,
        at timestamptz not null,
        constraint pk_visit_change primary key (tenant, id),
        constraint fk_visit_change_visit foreign key (tenant, visit_id) references visit
    );
    create index ix_visit_change_tenant_visit_id on visit_change (tenant, visit_id);
"""
INFORMAL = """
    create table informal_stay (
        tenant text not null default current_tenant(),
        id text not null,
        person bytea not null,
        lookup bytea not null,
        lives_with bytea not null,
        since date not null,
        decision_due_on date not null,
        noted_at timestamptz not null,
        noted_by text not null,
        outcome text,
        reason bytea,
        closed_at timestamptz,
        closed_by text,
        version bigint not null,
        changed_at timestamptz not null,
        constraint pk_informal_stay primary key (tenant, id)
    );
    create index ix_informal_stay_tenant_since_id on informal_stay (tenant, since, id);
    create index ix_informal_stay_tenant_outcome_since_id on informal_stay (tenant, outcome, since, id);
    create index ix_informal_stay_tenant_decision_due_on_id on informal_stay (tenant, decision_due_on, id) where outcome is null;
    create index ix_informal_stay_tenant_lookup on informal_stay (tenant, lookup);
"""
RIGHTS = {
    "deadline": "select, insert, update, delete",
    "placement_plan": "select, insert, delete",
    "placement_review": "select, insert, delete",
    "visit": "select, insert, update, delete",
    "visit_change": "select, insert, delete",
    "informal_stay": "select, insert, update, delete",
}


def upgrade() -> None:
    for statements in (PLACEMENTS, VISITS, INFORMAL):
        op.execute(statements)
    for table, rights in RIGHTS.items():
        put_under_tenant(table, role="hemvist_placement", rights=rights)
    op.execute("""
        create trigger forget_words after delete on informal_stay
            for each row execute function forget_words('informal_stay')
    """)


def downgrade() -> None:
    op.execute("""
        drop table informal_stay, visit_change, visit, placement_review, placement_plan, deadline;
        alter table placement_request drop granted_on, drop execution_due_on;
        alter table placement drop family_home_worker, drop child_social_worker, drop more_than_three;
    """)
