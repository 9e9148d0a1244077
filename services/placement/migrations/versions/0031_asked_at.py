"""When each home was asked last stands with the home, and what counts of its placements along one index."""

from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    # The database keeps it: so do inquiries that the release before still sends.
    op.execute("""
        alter table home add asked_at timestamptz;
        create function note_asked() returns trigger language plpgsql as $$
        begin
            update home set asked_at = new.sent_at
            where tenant = new.tenant and id = new.home_id and (asked_at is null or asked_at < new.sent_at);
            return null;
        end $$;
        create trigger note_asked after insert on inquiry for each row execute function note_asked();
        create function forget_asked() returns trigger language plpgsql as $$
        begin
            update home set asked_at = (
                select max(sent_at) from inquiry where inquiry.tenant = old.tenant and inquiry.home_id = old.home_id
            )
            where tenant = old.tenant and id = old.home_id and asked_at = old.sent_at;
            return null;
        end $$;
        create trigger forget_asked after delete on inquiry for each row execute function forget_asked();
        drop index ix_placement_tenant_home_id_ends_on;
        create index ix_placement_occupies on placement (tenant, home_id, ends_on)
            include (kind, assignment, starts_on, end_code);
    """)
    for table in ("home", "inquiry"):
        op.execute(f"alter table {table} no force row level security")
    op.execute("""
        update home set asked_at = asked.at
        from (select tenant, home_id, max(sent_at) as at from inquiry group by tenant, home_id) as asked
        where asked.tenant = home.tenant and asked.home_id = home.id
    """)
    for table in ("home", "inquiry"):
        op.execute(f"alter table {table} force row level security")


def downgrade() -> None:
    op.execute("""
        drop index ix_placement_occupies;
        create index ix_placement_tenant_home_id_ends_on on placement (tenant, home_id, ends_on);
        drop trigger forget_asked on inquiry;
        drop trigger note_asked on inquiry;
        drop function forget_asked;
        drop function note_asked;
        alter table home drop asked_at;
    """)
