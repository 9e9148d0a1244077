"""Roles, databases and grants on a PostgreSQL server, brought to what they must be as often as it is called.

Owns nothing inside a schema: table privileges belong to the migrations.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

LOCK = 0x48454D56  # one provisioning at a time on a server


@dataclass(frozen=True)
class DatabasePasswords:
    """The passwords of a service's three roles."""

    service: str = field(repr=False)
    owner: str = field(repr=False)
    relay: str = field(repr=False)


def provision(admin_url: str, passwords: Mapping[str, DatabasePasswords]) -> None:
    """Makes or corrects the database and the three roles of every given service. Needs a superuser."""
    with psycopg.connect(admin_url, autocommit=True, connect_timeout=10) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        for service, of_service in passwords.items():
            database = f"hemvist_{service}"
            _role(connection, f"{database}_owner", of_service.owner)
            _role(connection, database, of_service.service)
            _role(connection, f"{database}_relay", of_service.relay)
            _database(connection, database)
    for service in passwords:
        with psycopg.connect(admin_url, dbname=f"hemvist_{service}", autocommit=True, connect_timeout=10) as connection:
            _schema(connection, f"hemvist_{service}")


def _role(connection: psycopg.Connection, name: str, password: str) -> None:
    """A role that logs in and may nothing else. The server gets the password's verifier, never the password."""
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    verifier = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    connection.execute(
        sql.SQL(
            "{verb} ROLE {name} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD {verifier}"
        ).format(
            verb=sql.SQL("ALTER" if known else "CREATE"), name=sql.Identifier(name), verifier=sql.Literal(verifier)
        )
    )


def _database(connection: psycopg.Connection, name: str) -> None:
    owner = sql.Identifier(f"{name}_owner")
    database = sql.Identifier(name)
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        # Ids are compared as bytes, whatever the server's own language is: sooner, and the same after it was upgraded.
        created = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'")
        connection.execute(created.format(database, owner))
    connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, owner))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    connection.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}, {}, {}").format(
            database, owner, sql.Identifier(name), sql.Identifier(f"{name}_relay")
        )
    )


def _schema(connection: psycopg.Connection, name: str) -> None:
    service, relay = sql.Identifier(name), sql.Identifier(f"{name}_relay")
    connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    connection.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(f"{name}_owner")))
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}, {}").format(service, relay))
