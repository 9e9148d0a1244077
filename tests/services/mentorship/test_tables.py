"""What lies in the tables, and that models and migrations say the same."""

import psycopg

from services.kernel.testing import Harness
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
