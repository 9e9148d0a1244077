"""What lies in the tables, and that models and migrations say the same."""

import psycopg

from deploy.cli.platform import Platform
from services.kernel import migration
from services.kernel.testing import Harness
from tests.conftest import fresh_database
from tests.services.mentorship.conftest import ANNA, approve_home, register, start_placement


def test_the_database_holds_nothing_personal_in_clear_text(mentorship: Harness) -> None:
    register(mentorship, approve_home(mentorship))
    offered = start_placement(mentorship, approve_home(mentorship, adult=ANNA))
    call = {"mentorship_id": offered["id"], "body": {"reason": "Andersson next door helps us."}}
    mentorship.do("decline_mentorship", **call, idempotency_key="k", roles=["home"], personal_number=ANNA)
    with psycopg.connect(mentorship.owner_url) as connection:
        connection.execute("select set_config('hemvist.tenant', %s, true)", (mentorship.tenant,))
        for table in ("home", "adult", "mentor", "mentorship", "idempotency"):
            rows = connection.execute(f"select t::text from {table} t").fetchall()
            assert rows, table
            for (row,) in rows:
                for secret in (ANNA, "Andersson", "59.2"):
                    assert secret not in row, table
                    assert secret.encode().hex() not in row, table


def test_models_and_migrations_say_the_same_and_migrations_go_down_and_up(servers: Platform) -> None:
    urls = fresh_database(servers, "mentorship", "test_mentorship_migrations")
    migration.check("mentorship", urls.owner)
    migration.downgrade("mentorship", urls.owner, "base")
    with psycopg.connect(urls.owner) as connection:
        left = connection.execute("select relname from pg_class where relnamespace = 'public'::regnamespace").fetchall()
    assert {name for (name,) in left} <= {"alembic_version", "alembic_version_pkc"}
    migration.upgrade("mentorship", urls.owner)
    migration.check("mentorship", urls.owner)
