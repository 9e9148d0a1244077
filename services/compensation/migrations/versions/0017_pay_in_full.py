"""Versions of tariffs, terms of agreements with their signatures and papers, payees and codes, lines that say all that a
payroll needs, what has changed since a run was computed, and recoveries. Lines of an approved run can not be changed.
"""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

revision = "0017"
down_revision = "0016"

ROLE = "hemvist_compensation"
NEW = {
    "tariff_version": "select, insert, update",
    "agreement_terms": "select, insert, update, delete",
    "agreement_paper": "select, insert, delete",
    "payee": "select, insert, update, delete",
    "payee_change": "select, insert, update, delete",
    "pay_code": "select, insert, update",
    "export_layout": "select, insert, update",
    "pay_change": "select, insert, update, delete",
    "recovery": "select, insert, update, delete",
}
FILLED = ("tariff", "agreement", "pay_run_line", "tariff_version", "agreement_terms")


def upgrade() -> None:
    op.execute("""
        alter table tariff add column parts jsonb not null default '{}', add column number integer not null default 1;
        create table tariff_version (
            tenant text not null default current_tenant(),
            id text not null,
            year text not null,
            number integer not null,
            body jsonb not null,
            reason text not null,
            status text not null,
            set_by text not null,
            set_at timestamptz not null,
            confirmed_by text,
            confirmed_at timestamptz,
            constraint pk_tariff_version primary key (tenant, id),
            constraint fk_tariff_version_tariff foreign key (tenant, year) references tariff
        );
        create index ix_tariff_version_tenant_year_number on tariff_version (tenant, year, number);

        alter table placement add column placement_request_id text;
        create index ix_placement_tenant_home_id on placement (tenant, home_id);
        create index ix_placement_tenant_placement_request_id on placement (tenant, placement_request_id);

        alter table agreement
            alter column placement_id drop not null,
            alter column payee_adult_id drop not null,
            add column drafted_for text,
            add column notice_given_on date,
            drop constraint uq_agreement_tenant_placement_id;
        create unique index uq_agreement_tenant_placement_id on agreement (tenant, placement_id)
            where kind = 'placement';
        create index ix_agreement_tenant_drafted_for on agreement (tenant, drafted_for);
        create table agreement_terms (
            tenant text not null default current_tenant(),
            id text not null,
            agreement_id text not null,
            number integer not null,
            since date not null,
            terms jsonb not null,
            private bytea,
            payee_ids text[] not null,
            signed_by text,
            signed_on date,
            home_adult_id text,
            home_signed_on date,
            is_agreed boolean not null,
            constraint pk_agreement_terms primary key (tenant, id),
            constraint fk_agreement_terms_agreement foreign key (tenant, agreement_id) references agreement
        );
        create unique index ix_agreement_terms_tenant_agreement_id_number
            on agreement_terms (tenant, agreement_id, number);
        create table agreement_paper (
            tenant text not null default current_tenant(),
            id text not null,
            media_type text not null,
            size bigint not null,
            content_hash bytea not null,
            created_at timestamptz not null,
            created_by text not null,
            name bytea not null,
            file_key bytea not null,
            agreement_id text not null,
            terms_number integer not null,
            sha256 text not null,
            constraint pk_agreement_paper primary key (tenant, id),
            constraint fk_agreement_paper_agreement foreign key (tenant, agreement_id) references agreement
        );
        create index ix_agreement_paper_tenant_agreement_id on agreement_paper (tenant, agreement_id);

        create table payee (
            tenant text not null default current_tenant(),
            id text not null,
            home_id text not null,
            lookup bytea not null,
            person bytea not null,
            payroll_id text,
            channel text not null,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_payee primary key (tenant, id)
        );
        create index ix_payee_tenant_home_id on payee (tenant, home_id);
        create index ix_payee_tenant_lookup on payee (tenant, lookup);
        create table payee_change (
            tenant text not null default current_tenant(),
            id text not null,
            adult_id text not null,
            payroll_id text,
            channel text not null,
            status text not null,
            by text not null,
            at timestamptz not null,
            confirmed_by text,
            confirmed_at timestamptz,
            constraint pk_payee_change primary key (tenant, id),
            constraint fk_payee_change_payee foreign key (tenant, adult_id) references payee
        );
        create index ix_payee_change_tenant_adult_id_id on payee_change (tenant, adult_id, id);
        create table pay_code (
            tenant text not null default current_tenant(),
            id text not null,
            wage_type text,
            account text,
            cost_centre text,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_pay_code primary key (tenant, id)
        );
        create table export_layout (
            tenant text not null default current_tenant(),
            id text not null,
            layout jsonb not null,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_export_layout primary key (tenant, id)
        );

        alter table pay_run add column outdated boolean not null default false, add column after_home text;
        alter table pay_run_line
            alter column agreement_id drop not null,
            add column placement_id text,
            add column claim_id text,
            add column recovery_id text,
            add column channel text,
            add column wage_type text,
            add column account text,
            add column cost_centre text,
            add column declaration_field text,
            add column corrects text,
            drop constraint ck_pay_run_line_paid_or_held,
            add constraint ck_pay_run_line_paid_or_held check (
                case when reason_code is null then num_nonnulls(payee_adult_id, kind, period_from, period_to, quantity,
                    unit_amount, amount, taxable, explanation) = 9 and detail is null
                else num_nonnulls(payee_adult_id, kind, quantity, unit_amount, amount, taxable, explanation, channel) = 0
                    and detail is not null end
            );
        create table pay_change (
            tenant text not null default current_tenant(),
            id text not null default gen_random_uuid()::text,
            home_id text,
            until date,
            taken boolean not null default false,
            constraint pk_pay_change primary key (tenant, id)
        );
        create index ix_pay_change_tenant_home_id on pay_change (tenant, home_id);
        create table recovery (
            tenant text not null default current_tenant(),
            id text not null,
            pay_run_id text not null,
            home_id text not null,
            amount numeric(14, 2) not null,
            recovered numeric(14, 2) not null,
            payee_adult_id text not null,
            status text not null,
            plan jsonb,
            reason bytea,
            proposed_by text,
            decided_by text,
            decided_at timestamptz,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_recovery primary key (tenant, id),
            constraint fk_recovery_pay_run foreign key (tenant, pay_run_id) references pay_run,
            constraint ck_recovery_never_more_than_was_paid check (recovered between 0 and amount)
        );
        create index ix_recovery_tenant_home_id on recovery (tenant, home_id);
        create index ix_recovery_tenant_status_id on recovery (tenant, status, id);
    """)
    for table, rights in NEW.items():
        put_under_tenant(table, role=ROLE, rights=rights)
    fill()
    op.execute("alter table tariff alter column parts drop default, alter column number drop default")
    op.execute("alter table pay_run alter column outdated drop default")
    op.execute("alter table pay_change alter column id drop default, alter column taken drop default")
    op.execute(f"revoke update on pay_run_line from {ROLE}")
    watch()
    seal_approved()


def fill() -> None:
    """What is known of before this release, of all municipalities."""
    for table in FILLED:
        op.execute(f"alter table {table} no force row level security")
    op.execute("""
        insert into tariff_version (tenant, id, year, number, body, reason, status, set_by, set_at)
            select tenant, id || '-1', id, 1, jsonb_build_object(
                'price_base_amount', price_base_amount::text, 'source', source, 'adopted_on', adopted_on::text,
                'family_home', family_home, 'part_month', part_month, 'arrival_day_counts', arrival_day_counts,
                'departure_day_counts', departure_day_counts, 'birthday_rule', birthday_rule
            ), '', 'in_force', '', changed_at from tariff;
        insert into agreement_terms (tenant, id, agreement_id, number, since, terms, payee_ids, signed_by, signed_on,
                is_agreed)
            select tenant, id || '-0', id, 0, starts_on, jsonb_build_object(
                'fee_level', fee_level, 'cost_level', cost_level,
                'payees', jsonb_build_array(jsonb_build_object('adult_id', payee_adult_id, 'percent', '100'))
            ), array[payee_adult_id], signed_by, signed_on, status = 'signed' from agreement;
        update pay_run_line l set placement_id = a.placement_id from agreement a
            where a.tenant = l.tenant and a.id = l.agreement_id;
    """)
    for table in FILLED:
        op.execute(f"alter table {table} force row level security")


def watch() -> None:
    """Whatever changes in a table that pay depends on leaves a note, in the same transaction."""
    op.execute("""
        create function note_pay_change() returns trigger language plpgsql as $$
            declare changed record;
            begin
                changed := case when tg_op = 'DELETE' then old else new end;
                insert into pay_change (tenant, id, home_id, taken)
                    values (changed.tenant, gen_random_uuid()::text, changed.home_id, false);
                if tg_op = 'UPDATE' and old.home_id is distinct from new.home_id then
                    insert into pay_change (tenant, id, home_id, taken)
                        values (old.tenant, gen_random_uuid()::text, old.home_id, false);
                end if;
                return null;
            end $$;
        create function note_terms_change() returns trigger language plpgsql as $$
            begin
                insert into pay_change (tenant, id, home_id, taken)
                    select tenant, gen_random_uuid()::text, home_id, false from agreement
                    where tenant = new.tenant and id = new.agreement_id;
                return null;
            end $$;
        create function note_pay_change_of_all() returns trigger language plpgsql as $$
            begin
                insert into pay_change (tenant, id, home_id, taken)
                    values (new.tenant, gen_random_uuid()::text, null, false);
                return null;
            end $$;
        create trigger note_pay_change after insert or update or delete on agreement
            for each row execute function note_pay_change();
        create trigger note_pay_change after insert or update or delete on placement
            for each row execute function note_pay_change();
        create trigger note_pay_change after update on recovery for each row execute function note_pay_change();
        create trigger note_pay_change after insert or update on payee
            for each row execute function note_pay_change();
        create trigger note_pay_change after insert or update on agreement_terms
            for each row execute function note_terms_change();
        create trigger note_pay_change after insert or update on tariff
            for each row execute function note_pay_change_of_all();
        create trigger note_pay_change after insert or update on pay_code
            for each row execute function note_pay_change_of_all();
    """)


def seal_approved() -> None:
    """An approved run is what was paid: its lines come and go with it only, and what it says stays as it is."""
    op.execute("""
        create function refuse_change_of_line() returns trigger language plpgsql as $$
            begin
                raise exception 'a line of a pay run is never changed' using errcode = 'integrity_constraint_violation';
            end $$;
        create trigger refuse_change before update on pay_run_line
            for each statement execute function refuse_change_of_line();

        create function refuse_line_of_settled_run() returns trigger language plpgsql as $$
            begin
                if exists (
                    select from added join pay_run r on r.tenant = added.tenant and r.id = added.pay_run_id
                    where r.status in ('approved', 'discarded')
                ) then
                    raise exception 'a settled pay run gets no lines' using errcode = 'integrity_constraint_violation';
                end if;
                return null;
            end $$;
        create trigger refuse_late after insert on pay_run_line referencing new table as added
            for each statement execute function refuse_line_of_settled_run();

        create function refuse_loss_of_line() returns trigger language plpgsql as $$
            begin
                if exists (
                    select from pay_run where tenant = old.tenant and id = old.pay_run_id and status = 'approved'
                ) then
                    raise exception 'a line of an approved pay run goes with it only'
                        using errcode = 'integrity_constraint_violation';
                end if;
                return null;
            end $$;
        create constraint trigger refuse_loss after delete on pay_run_line deferrable initially deferred
            for each row execute function refuse_loss_of_line();

        create function refuse_change_of_run() returns trigger language plpgsql as $$
            begin
                if old.status = 'approved' and (to_jsonb(new) - '{version,changed_at}'::text[])
                        is distinct from (to_jsonb(old) - '{version,changed_at}'::text[]) then
                    raise exception 'an approved pay run is never changed'
                        using errcode = 'integrity_constraint_violation';
                end if;
                return new;
            end $$;
        create trigger refuse_change before update on pay_run for each row execute function refuse_change_of_run();
    """)


def downgrade() -> None:
    op.execute("""
        drop trigger refuse_change on pay_run;
        drop trigger refuse_loss on pay_run_line;
        drop trigger refuse_late on pay_run_line;
        drop trigger refuse_change on pay_run_line;
        drop trigger note_pay_change on agreement;
        drop trigger note_pay_change on placement;
        drop trigger note_pay_change on tariff;
        drop table recovery, pay_change, export_layout, pay_code, payee_change, payee, agreement_paper, agreement_terms,
            tariff_version;
        drop function note_pay_change(), note_terms_change(), note_pay_change_of_all(), refuse_change_of_line(),
            refuse_line_of_settled_run(), refuse_loss_of_line(), refuse_change_of_run();
        alter table pay_run_line
            drop constraint ck_pay_run_line_paid_or_held,
            drop column placement_id, drop column claim_id, drop column recovery_id, drop column channel,
            drop column wage_type, drop column account, drop column cost_centre, drop column declaration_field,
            drop column corrects,
            alter column agreement_id set not null,
            add constraint ck_pay_run_line_paid_or_held check (
                num_nonnulls(
                    payee_adult_id, kind, period_from, period_to, quantity, unit_amount, amount, taxable, explanation
                ) = case when reason_code is null then 9 else 0 end
                and (reason_code is null) = (detail is null)
            );
        alter table pay_run drop column outdated, drop column after_home;
        drop index uq_agreement_tenant_placement_id;
        alter table agreement
            drop column drafted_for,
            drop column notice_given_on,
            alter column placement_id set not null,
            alter column payee_adult_id set not null,
            add constraint uq_agreement_tenant_placement_id unique (tenant, placement_id);
        drop index ix_placement_tenant_home_id;
        alter table placement drop column placement_request_id;
        alter table tariff drop column parts, drop column number;
    """)
    op.execute(f"grant update on pay_run_line to {ROLE}")
