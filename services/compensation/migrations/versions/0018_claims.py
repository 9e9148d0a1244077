"""Claims with their receipts, paid leave, days that were reported, and by what somebody's several homes are known."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0018"
down_revision = "0017"

TABLES = ("claim", "receipt", "leave", "visit")


def upgrade() -> None:
    op.execute("""
        alter table placement rename column placement_request_id to person_key;
        alter index ix_placement_tenant_placement_request_id rename to ix_placement_tenant_person_key;
        create table claim (
            tenant text not null default current_tenant(),
            id text not null,
            home_id text not null,
            placement_id text,
            payee_adult_id text,
            kind text not null,
            status text not null,
            amount numeric(14, 2),
            kilometres numeric(14, 2),
            salary_per_month numeric(14, 2),
            percent numeric(14, 2),
            nights integer,
            period_from date not null,
            period_to date not null,
            wish_id text,
            description bytea,
            approved_amount numeric(14, 2),
            approved_kilometres numeric(14, 2),
            approved_percent numeric(14, 2),
            reason bytea,
            made_by text not null,
            made_at timestamptz not null,
            decided_by text,
            decided_at timestamptz,
            pay_run_id text,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_claim primary key (tenant, id)
        );
        create index ix_claim_tenant_home_id_id on claim (tenant, home_id, id);
        create index ix_claim_tenant_status_id on claim (tenant, status, id);
        create table receipt (
            tenant text not null default current_tenant(),
            id text not null,
            media_type text not null,
            size bigint not null,
            content_hash bytea not null,
            created_at timestamptz not null,
            created_by text not null,
            name bytea not null,
            file_key bytea not null,
            claim_id text not null,
            constraint pk_receipt primary key (tenant, id),
            constraint fk_receipt_claim foreign key (tenant, claim_id) references claim
        );
        create index ix_receipt_tenant_claim_id on receipt (tenant, claim_id);
        create index ix_receipt_tenant_content_hash on receipt (tenant, content_hash);
        create table leave (
            tenant text not null default current_tenant(),
            id text not null,
            agreement_id text not null,
            home_id text not null,
            starts_on date not null,
            ends_on date not null,
            days integer not null,
            taken_by text not null,
            cancelled_at timestamptz,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_leave primary key (tenant, id),
            constraint fk_leave_agreement foreign key (tenant, agreement_id) references agreement
        );
        create index ix_leave_tenant_agreement_id on leave (tenant, agreement_id);
        create index ix_leave_tenant_home_id_id on leave (tenant, home_id, id);
        create table visit (
            tenant text not null default current_tenant(),
            id text not null,
            placement_id text not null,
            home_id text not null,
            starts_on date not null,
            ends_on date not null,
            half_first_day boolean not null,
            half_last_day boolean not null,
            reported_on date not null,
            withdrawn boolean not null,
            constraint pk_visit primary key (tenant, id),
            constraint fk_visit_placement foreign key (tenant, placement_id) references placement
        );
        create index ix_visit_tenant_placement_id on visit (tenant, placement_id);
    """)
    for table in TABLES:
        put_under_tenant(table, role="hemvist_compensation")
    op.execute("""
        create function note_visit_change() returns trigger language plpgsql as $$
            begin
                insert into pay_change (tenant, id, home_id, until, taken)
                    values (new.tenant, gen_random_uuid()::text, new.home_id, new.ends_on, false);
                return null;
            end $$;
        create trigger note_pay_change after insert or update on visit
            for each row execute function note_visit_change();
        create trigger note_pay_change after insert or update or delete on claim
            for each row execute function note_pay_change();
    """)


def downgrade() -> None:
    op.execute("""
        drop table visit, leave, receipt, claim;
        drop function note_visit_change();
        alter index ix_placement_tenant_person_key rename to ix_placement_tenant_placement_request_id;
        alter table placement rename column person_key to placement_request_id;
    """)
