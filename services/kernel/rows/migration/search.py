"""The table of the words by which rows are found, as a service's migration makes it."""

from alembic import op

from services.kernel.rows.migration.rights import put_under_tenant

SEARCH = """
create table search_word (
    tenant text not null default current_tenant(),
    word bigint not null,
    kind text not null,
    id text not null,
    row_id text not null,
    constraint pk_search_word primary key (tenant, word, kind, id, row_id)
);
create index ix_search_word_tenant_kind_row_id on search_word (tenant, kind, row_id);
create function forget_words() returns trigger language plpgsql as $$
begin
    delete from search_word where kind = tg_argv[0] and row_id = old.id;
    return null;
end $$;
"""


def create_search(service: str, **kinds: str) -> None:
    """By which words rows are found: `kinds` are the tables whose rows are, each with the kind of what is found by it.
    Their words go with a row, whoever deletes it. What is there already gets its words by a duty, soon."""
    op.execute(SEARCH)
    put_under_tenant("search_word", role=f"hemvist_{service}", rights="select, insert, delete")
    for table, kind in kinds.items():
        op.execute(
            f"create trigger forget_words after delete on {table} for each row execute function forget_words('{kind}')"
        )
    if kinds:
        op.execute("alter table duty no force row level security")
        op.execute(
            "insert into duty (tenant, name, subject, due_at) select slug, 'write_search_words', '', now() from tenant "
            "on conflict do nothing"
        )
        op.execute("alter table duty force row level security")


def drop_search(**kinds: str) -> None:
    """Undoes `create_search`."""
    for table in kinds:
        op.execute(f"drop trigger forget_words on {table}")
    op.execute("drop table search_word")
    op.execute("drop function forget_words()")
