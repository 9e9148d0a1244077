"""Whether what the registers answered about the adults of a home has run out; and by when a re-check is to be decided,
also where a register gave no answer."""

from alembic import op

revision = "0027"
down_revision = "0026"

_READ = ("register_check", "investigation")


def upgrade() -> None:
    op.execute("alter table home add column checks_expired boolean not null default false")
    op.execute("alter table register_check add column due_on date")
    for table in _READ:
        op.execute(f"alter table {table} no force row level security")
    _say_by_when()
    for table in _READ:
        op.execute(f"alter table {table} force row level security")


def _say_by_when() -> None:
    """The day stood where that of an outcome does, until there was one. Where there is, it is that of the checks beside
    it, or as usual a month after the re-check was opened."""
    op.execute("""
        update register_check set due_on = valid_until, valid_until = null
        where outcome is null and valid_until is not null
    """)
    op.execute("""
        update register_check set due_on = coalesce(
            (select min(beside.due_on) from register_check beside
                where beside.tenant = register_check.tenant
                and beside.investigation_id = register_check.investigation_id),
            (of.opened_at at time zone 'Europe/Stockholm')::date + 30
        )
        from investigation of
        where of.tenant = register_check.tenant and of.id = register_check.investigation_id
            and of.kind = 'recheck' and of.status in ('open', 'proposed') and register_check.due_on is null
    """)


def downgrade() -> None:
    op.execute("alter table register_check drop column due_on")
    op.execute("alter table home drop column checks_expired")
