"""Whether a deadline is one of care without consent: the law names another paragraph for it."""

from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.execute("alter table deadline add under_lvu boolean not null default false")
    for table in ("deadline", "care_decision"):
        op.execute(f"alter table {table} no force row level security")
    op.execute("""
        update deadline set under_lvu = true
        from (
            select distinct on (tenant, placement_id) tenant, placement_id, legal_ground
            from care_decision order by tenant, placement_id, decided_on desc, id desc
        ) as newest
        where newest.tenant = deadline.tenant and newest.placement_id = deadline.placement_id
            and newest.legal_ground in ('lvu', 'lvu_urgent')
    """)
    for table in ("deadline", "care_decision"):
        op.execute(f"alter table {table} force row level security")


def downgrade() -> None:
    op.execute("alter table deadline drop under_lvu")
