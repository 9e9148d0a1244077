"""Until when somebody lives in a home: training is missing while somebody does."""

from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.execute("alter table home add column lived_in_until date")
    for table in ("home", "support"):
        op.execute(f"alter table {table} no force row level security")
    # Of what is known no more somebody saw the end before it was weeded.
    op.execute("""
        with stay as (
            select tenant, home_id, min(starts_on) as since, max(ends_on) as until, bool_or(ends_on is null) as goes_on
            from support
            where assignment in ('family_home', 'emergency_home', 'contracted_emergency_home', 'network_home')
                and (ends_on is null or starts_on <= ends_on)
            group by tenant, home_id
        )
        update home set
            lived_in_since = coalesce(stay.since, home.lived_in_since),
            lived_in_until =
                case when stay.since is null then home.lived_in_since when not stay.goes_on then stay.until end
        from home as own left join stay on stay.tenant = own.tenant and stay.home_id = own.id
        where own.tenant = home.tenant and own.id = home.id and home.lived_in_since is not null
    """)
    for table in ("home", "support"):
        op.execute(f"alter table {table} force row level security")


def downgrade() -> None:
    op.execute("alter table home drop column lived_in_until")
