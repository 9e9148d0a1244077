"""What lies in the database, and how it came to be."""

import psycopg

from services.kernel.testing import Harness
from tests.services.placement.conftest import ANNA, Desk
from tests.unit.placement.factories import personal_number

TABLES = (
    "home",
    "home_adult",
    "approval",
    "placement_request",
    "inquiry",
    "placement",
    "care_decision",
    "said_end",
    "outbox",
    "idempotency",
)


class TestPersonalData:
    def test_nothing_personal_lies_in_clear_text(self, placement: Harness, desk: Desk) -> None:
        home_id = desk.home(child_name="Elsa Ek", child_personal_number=personal_number())
        body = desk.ready(home_id)
        started = placement.do("start_placement", body=body, idempotency_key="k")
        placement.do(
            "end_placement",
            placement_id=started["id"],
            body={"ends_on": "2026-08-31", "reason": "moved_home", "note": "Moves to Ek."},
        )
        secrets = [
            ANNA,
            personal_number(),
            "SN 2026",
            "no dog",
            "Andersson",
            "Elsa",
            "Could you?",
            "Quiet evenings",
            "Moves",
            "59.27",
        ]
        with psycopg.connect(placement.owner_url) as connection:
            connection.execute("select set_config('hemvist.tenant', %s, true)", (placement.tenant,))
            for table in TABLES:
                rows = connection.execute(f"select t::text from {table} t").fetchall()
                assert rows or table == "outbox", table
                for (row,) in rows:
                    for secret in secrets:
                        assert secret not in row, table
                        assert secret.encode().hex() not in row, table

    def test_the_events_hold_no_date_of_birth_in_clear_text(self, placement: Harness, desk: Desk) -> None:
        desk.placed(desk.home())
        with psycopg.connect(placement.relay_url) as connection:
            rows = connection.execute("select envelope::text from outbox where tenant = %s", (placement.tenant,))
            recorded = rows.fetchall()
        assert len(recorded) == 1
        assert "2017-01-01" not in recorded[0][0]
