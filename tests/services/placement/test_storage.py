"""What lies in the database, and how it came to be."""

import psycopg
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from tests.in_any_order import against_the_database
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


#: What happens to the inquiries of two homes: one is sent at a minute, or the one of a place is gone.
happenings = st.lists(
    st.one_of(
        st.tuples(st.just("sent"), st.sampled_from([0, 1]), st.integers(0, 9)),
        st.tuples(st.just("gone"), st.integers(0, 5), st.just(0)),
    ),
    min_size=1,
    max_size=8,
)


class TestWhenAHomeWasAskedLast:
    def test_the_homes_own_row_says_what_its_inquiries_say(self, placement: Harness, desk: Desk) -> None:
        homes, request = [desk.home(), desk.home()], desk.request()

        @against_the_database
        @given(happenings)
        def holds(happened: list[tuple[str, int, int]]) -> None:
            with psycopg.connect(placement.owner_url) as connection:
                connection.execute("select set_config('hemvist.tenant', %s, true)", (placement.tenant,))
                known: list[tuple[str, int]] = []
                for what, place, minute in happened:
                    if what == "sent":
                        known.append((homes[place], minute))
                        connection.execute(
                            SENT, {"id": new_id(), "request": request, "home": known[-1][0], "m": minute}
                        )
                    elif place < len(known):
                        gone = known.pop(place)
                        connection.execute("delete from inquiry where home_id = %s and version = %s", gone)
                        known = [one for one in known if one != gone]
                said = dict(connection.execute("select id, extract(minute from asked_at)::int from home").fetchall())
                connection.rollback()
            assert said == {home: max((m for one, m in known if one == home), default=None) for home in homes}

        holds()

    def test_a_night_call_is_an_inquiry_too(self, placement: Harness, desk: Desk) -> None:
        home, request = desk.home(assignments=["emergency_home"]), desk.request(assignment="emergency_home")
        placement.do(
            "log_night_call",
            body={"placement_request_id": request, "home_id": home, "outcome": "accepted", "told": [], "note": ""},
        )
        (shown,) = placement.do("view_night_desk", query={"age": "9"})["items"]
        assert shown["last_asked_at"] == "2026-05-20T08:00:00Z"


#: The minute stands for the version, too, by which the test finds what it sent.
SENT = """
    insert into inquiry (id, placement_request_id, home_id, assignment, message, status, sent_at, sent_by, version,
                         changed_at)
    values (%(id)s, %(request)s, %(home)s, 'family_home', '', 'declined', make_timestamptz(2026, 5, 20, 8, %(m)s, 0),
            'karin', %(m)s, now())
"""
