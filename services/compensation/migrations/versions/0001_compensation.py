"""Tariffs, placements, agreements, and pay runs with their lines."""

from alembic import op

from services.kernel.rows.migration.base import create_kernel, drop_kernel
from services.kernel.rows.migration.rights import put_under_tenant

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_kernel("compensation")
    op.execute("""
        create table tariff (
            tenant text not null default current_tenant(),
            id text not null,
            price_base_amount numeric(14, 2) not null,
            source text not null,
            adopted_on date not null,
            family_home jsonb not null,
            part_month text not null,
            arrival_day_counts boolean not null,
            departure_day_counts boolean not null,
            birthday_rule text not null,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_tariff primary key (tenant, id)
        );
        create table placement (
            tenant text not null default current_tenant(),
            id text not null,
            home_id text not null,
            assignment text not null,
            birth_date bytea not null,
            adult_ids text[] not null,
            starts_on date not null,
            ends_on date,
            constraint pk_placement primary key (tenant, id)
        );
        create table agreement (
            tenant text not null default current_tenant(),
            id text not null,
            home_id text not null,
            placement_id text not null,
            kind text not null,
            status text not null,
            starts_on date not null,
            ends_on date,
            fee_level text not null,
            cost_level text not null,
            payee_adult_id text not null,
            signed_on date,
            signed_by text,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_agreement primary key (tenant, id),
            constraint uq_agreement_tenant_placement_id unique (tenant, placement_id),
            constraint fk_agreement_placement foreign key (tenant, placement_id) references placement
        );
        create index ix_agreement_tenant_home_id on agreement (tenant, home_id);
        create table pay_run (
            tenant text not null default current_tenant(),
            id text not null,
            month text not null,
            status text not null,
            expected integer not null,
            paid integer not null,
            held integer not null,
            total numeric(20, 2) not null,
            computed_by text not null,
            computed_at timestamptz not null,
            approved_by text,
            approved_at timestamptz,
            discarded_by text,
            discarded_at timestamptz,
            version bigint not null,
            changed_at timestamptz not null,
            constraint pk_pay_run primary key (tenant, id),
            constraint ck_pay_run_expected_is_paid_and_held check (expected = paid + held)
        );
        create unique index uq_pay_run_tenant_month on pay_run (tenant, month) where status <> 'discarded';
        create table pay_run_line (
            tenant text not null default current_tenant(),
            id text not null,
            pay_run_id text not null,
            agreement_id text not null,
            home_id text not null,
            payee_adult_id text,
            kind text,
            period_from date,
            period_to date,
            quantity numeric(15, 12),
            unit_amount numeric(14, 2),
            amount numeric(14, 2),
            taxable boolean,
            explanation text,
            reason_code text,
            detail text,
            constraint pk_pay_run_line primary key (tenant, id),
            constraint fk_pay_run_line_pay_run foreign key (tenant, pay_run_id) references pay_run,
            constraint fk_pay_run_line_agreement foreign key (tenant, agreement_id) references agreement,
            constraint ck_pay_run_line_paid_or_held check (
                num_nonnulls(
                    payee_adult_id, kind, period_from, period_to, quantity, unit_amount, amount, taxable, explanation
                ) = case when reason_code is null then 9 else 0 end
                and (reason_code is null) = (detail is null)
            )
        );
        create index ix_pay_run_line_tenant_pay_run_id on pay_run_line (tenant, pay_run_id);
    """)
    for table in ("tariff", "placement", "agreement", "pay_run", "pay_run_line"):
        put_under_tenant(table, role="hemvist_compensation")


def downgrade() -> None:
    op.execute("drop table pay_run_line, pay_run, agreement, placement, tariff")
    drop_kernel()
