"""What the database's own catalogue says of tables and their tenants."""

from typing import Any

import psycopg

Connection = psycopg.Connection[Any]

#: Tables that belong to no tenant, each with its reason.
WITHOUT_A_TENANT = {
    "tenant": "the public directory of municipalities, without personal data",
    "alembic_version": "which migrations have run; no service may read it",
}
#: Policies beside the one of the tenant, each with its reason.
MORE_POLICIES = {
    ("outbox", "relay"): "the relay takes the events of all tenants",
    ("told", "relay"): "the relay adds the events of all tenants, and may select nothing of them",
    ("webhook", "relay"): "the relay's role sees which municipality has any, and may select nothing but that",
    ("duty", "relay_leaves"): "the relay leaves duties for municipalities with webhooks",
    ("duty", "relay_leaves_only"): "of one kind",
    ("duty", "relay"): "the relay's role sees whose duties are due, and may select nothing but that",
}

_POLICY = "(tenant = ( SELECT current_tenant() AS current_tenant))"


def tables(connection: Connection) -> list[str]:
    """Every business table."""
    rows = connection.execute(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') "
        "and not relispartition order by relname"
    )
    return [name for (name,) in rows if name not in WITHOUT_A_TENANT]


def problems(connection: Connection) -> list[str]:
    """Everything by which one tenant could reach another's rows."""
    found = [problem for table in tables(connection) for problem in _of_table(connection, table)]
    return found + _of_indexes(connection) + _of_references(connection) + _of_others(connection)


def _of_table(connection: Connection, table: str) -> list[str]:
    found = []
    column = connection.execute(
        "select format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid) "
        "from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum "
        "where a.attrelid = %s::regclass and a.attname = 'tenant'",
        (table,),
    ).fetchone()
    if column != ("text", True, "current_tenant()"):
        found.append(f"{table}: tenant is {column}, not text not null default current_tenant()")
    security = connection.execute(
        "select relrowsecurity, relforcerowsecurity from pg_class where oid = %s::regclass", (table,)
    ).fetchone()
    if security != (True, True):
        found.append(f"{table}: row level security (enabled, forced) is {security}")
    policies = connection.execute(
        "select policyname, permissive, roles::text[], cmd, qual, with_check from pg_policies "
        "where schemaname = 'public' and tablename = %s",
        (table,),
    ).fetchall()
    own = [policy for policy in policies if (table, policy[0]) not in MORE_POLICIES]
    if own != [("tenant", "PERMISSIVE", ["public"], "ALL", _POLICY, _POLICY)]:
        found.append(f"{table}: its policies are {own}")
    return found


def _of_indexes(connection: Connection) -> list[str]:
    """Unique constraints are checked past row security: their errors would tell of another tenant's rows."""
    rows = connection.execute(
        "select t.relname, i.relname from pg_index x join pg_class t on t.oid = x.indrelid "
        "join pg_class i on i.oid = x.indexrelid "
        "left join pg_attribute a on a.attrelid = t.oid and a.attnum = x.indkey[0] "
        "where t.relnamespace = 'public'::regnamespace and x.indisunique and a.attname is distinct from 'tenant'"
    ).fetchall()
    return [
        f"{table}: the unique index {index} does not begin with tenant"
        for table, index in rows
        if table not in WITHOUT_A_TENANT
    ]


def _of_references(connection: Connection) -> list[str]:
    """Foreign keys are checked past row security, too."""
    rows = connection.execute(
        "select c.conrelid::regclass::text, c.conname from pg_constraint c "
        "left join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1] "
        "left join pg_attribute b on b.attrelid = c.confrelid and b.attnum = c.confkey[1] "
        "where c.contype = 'f' and c.connamespace = 'public'::regnamespace "
        "and (a.attname, b.attname) is distinct from ('tenant'::name, 'tenant'::name)"
    ).fetchall()
    return [f"{table}: the foreign key {name} does not begin with tenant" for table, name in rows]


def _of_others(connection: Connection) -> list[str]:
    """What would read tables with the rights of its owner, and rights that are not asked for a tenant."""
    views = connection.execute(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm', 'f')"
    )
    functions = connection.execute(
        "select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef"
    )
    parts = connection.execute(
        "select c.relname, g.grantee::regrole::text from pg_class c, aclexplode(c.relacl) g "
        "where c.relnamespace = 'public'::regnamespace and c.relispartition and g.grantee <> c.relowner"
    )
    rights = connection.execute(
        "select c.relname, g.grantee::regrole::text, g.privilege_type from pg_class c, aclexplode(c.relacl) g "
        "where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and g.grantee <> c.relowner "
        "and (g.grantee = 0 or g.privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE'))"
    )
    return [
        *(f"{name}: a view or foreign table reads past row security" for (name,) in views),
        *(f"{name}: a function runs with its owner's rights" for (name,) in functions),
        *(f"{part}: {role} reaches a part of a table past the policies of the whole" for part, role in parts),
        *(f"{table}: {role} has {right}" for table, role, right in rights),
    ]
