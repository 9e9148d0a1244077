"""Under which rights and policies a table stands."""

from alembic import op


def put_under_tenant(table: str, *, role: str, rights: str = "select, insert, update, delete") -> None:
    """Row level security, forced also on the owner, with one policy for reading and writing."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(
        f"create policy tenant on {table} to public "
        "using (tenant = (select current_tenant())) with check (tenant = (select current_tenant()))"
    )
    op.execute(f"grant {rights} on {table} to {role}")
