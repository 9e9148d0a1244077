"""Taking an interest: what is received, what is refused, and that nothing is received twice (R1)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import psycopg
import pytest

from services.kernel.testing import Harness
from tests.services.intake.conftest import ANNA, CALLBACK, a_form


class TestSubmitApplication:
    def test_an_interest_is_to_be_answered_within_three_weeks_of_its_day_in_sweden(self, intake: Harness) -> None:
        # 23:30 in UTC on 28 March 2026 is already the 29th in Sweden, the day on which summer time begins.
        intake.now = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
        receipt = intake.do("submit_application", body=a_form())
        assert receipt["status"] == "received"
        assert receipt["received_at"] == "2026-03-28T23:30:00Z"
        assert receipt["contact_by"] == "2026-04-19"  # 29 March + 21 days

    def test_a_municipality_may_promise_other_days(self, intake: Harness) -> None:
        intake.now = datetime(2026, 4, 1, 8, tzinfo=UTC)
        quick = intake.new_tenant(contact_days=7)
        assert intake.do("submit_application", body=a_form(), tenant=quick)["contact_by"] == "2026-04-08"

    def test_everything_that_was_written_is_read_again(self, intake: Harness) -> None:
        written = a_form()
        receipt = intake.do("submit_application", body=written)
        read = intake.do("get_application", application_id=receipt["id"])
        for name in set(written) - {"consent", "adults"}:
            assert read[name] == written[name], name
        assert [{**adult, "id": None} for adult in read["adults"]] == [{**written["adults"][0], "id": None}]

    def test_a_call_back_needs_a_phone_number_only(self, intake: Harness) -> None:
        receipt = intake.do("submit_application", body=CALLBACK)
        read = intake.do("get_application", application_id=receipt["id"])
        assert (read["kind"], read["phone"], read["adults"]) == ("callback", "+46701234567", [])

    def test_the_same_key_and_body_is_one_application(self, intake: Harness) -> None:
        first = intake.do("submit_application", body=a_form(), idempotency_key="k1")
        again = intake.do("submit_application", body=a_form(), idempotency_key="k1")
        assert again == first
        assert intake.do("list_applications")["total"] == 1

    def test_the_same_key_with_another_body_is_refused(self, intake: Harness) -> None:
        intake.do("submit_application", body=a_form(), idempotency_key="k1")
        assert intake.code("submit_application", body=CALLBACK, idempotency_key="k1") == (422, "idempotency_key_reused")
        assert intake.do("list_applications")["total"] == 1

    def test_twenty_at_once_with_the_same_key_are_one_application(self, intake: Harness) -> None:
        with ThreadPoolExecutor(20) as pool:
            receipts = list(
                pool.map(lambda _: intake.do("submit_application", body=a_form(), idempotency_key="k1"), range(20))
            )
        assert len({receipt["id"] for receipt in receipts}) == 1
        assert intake.do("list_applications")["total"] == 1

    @pytest.mark.parametrize(
        ("wrong", "pointer"),
        [
            ({"adults": [{**a_form()["adults"][0], "personal_number": "189001019803"}]}, "/adults/0/personal_number"),
            ({"adults": [{**a_form()["adults"][0], "personal_number": "189002309806"}]}, "/adults/0/personal_number"),
            ({"adults": [a_form()["adults"][0], a_form()["adults"][0]]}, "/adults"),
            ({"adults": []}, "/adults"),
            ({"assignments": ["palace"]}, "/assignments/0"),
            ({"consent": False}, "/consent"),
            ({"favourite_colour": "blue"}, "/favourite_colour"),
            ({"wishes": {"age_from": 12, "age_to": 3}}, "/wishes/age_from"),
            ({"address": {**a_form()["address"], "latitude": None}}, "/address/latitude"),
            ({"address": {**a_form()["address"], "longitude": None}}, "/address/longitude"),
            ({"address": {"street": "Storgatan 1", "postcode": "7021", "locality": "Örebro"}}, "/address/postcode"),
            ({"phone": "call me"}, "/phone"),
            ({"kind": "wish"}, "/kind"),
            ({"consent": 1}, "/consent"),
            ({"languages": ["sv\n"]}, "/languages/0"),
            ({"wishes": {"places": 1.5}}, "/wishes/places"),
            ({"adults": [{**a_form()["adults"][0], "given_name": "  "}]}, "/adults/0/given_name"),
        ],
    )
    def test_wrong_input_is_pointed_at_and_changes_nothing(
        self, intake: Harness, wrong: dict[str, object], pointer: str
    ) -> None:
        fault = intake.refusal("submit_application", body=a_form(**wrong))
        assert (fault["status"], fault["code"]) == (422, "invalid_input")
        assert pointer in [problem["pointer"] for problem in fault["errors"]]
        assert intake.do("list_applications")["total"] == 0

    @pytest.mark.parametrize(
        ("today", "status"),
        [
            (datetime(2026, 2, 27, 12, tzinfo=UTC), 422),  # born 29 February 2008: eighteen on 28 February 2026
            (datetime(2026, 2, 28, 12, tzinfo=UTC), 201),
            (datetime(2008, 2, 1, 12, tzinfo=UTC), 422),  # not yet born
        ],
    )
    def test_an_adult_has_turned_eighteen(self, intake: Harness, today: datetime, status: int) -> None:
        intake.now = today
        form = a_form(adults=[{**a_form()["adults"][0], "personal_number": "200802299800"}])
        reply = intake.reply("submit_application", body=form)
        if status == 201:
            assert "body" in reply
        else:
            problem = reply["fault"]["errors"][0]
            assert (reply["fault"]["status"], problem["pointer"]) == (422, "/adults/0/personal_number")

    def test_an_answer_is_not_replayed_to_somebody_else_under_the_same_name(self, intake: Harness) -> None:
        receipt = intake.do("submit_application", body=a_form())
        call = {"application_id": receipt["id"], "idempotency_key": "k1", "roles": ["recruiter"]}
        intake.do("qualify_application", **call, personal_number=ANNA)
        refused = intake.code("qualify_application", **call, personal_number="198001019804")
        assert refused == (422, "idempotency_key_reused")

    def test_a_refusal_does_not_repeat_what_was_sent(self, intake: Harness) -> None:
        adult = {**a_form()["adults"][0], "personal_number": "189001019803"}
        assert "189001019803" not in str(intake.refusal("submit_application", body=a_form(adults=[adult])))

    def test_an_unknown_municipality_receives_nothing(self, intake: Harness) -> None:
        assert intake.code("submit_application", body=a_form(), tenant="atlantis") == (404, "not_found")

    def test_the_database_holds_no_personal_number_in_clear_text(self, intake: Harness) -> None:
        intake.do("submit_application", body=a_form(), idempotency_key="k1")
        with psycopg.connect(intake.owner_url) as connection:
            connection.execute("select set_config('hemvist.tenant', %s, true)", (intake.tenant,))
            for table in ("application", "applicant", "idempotency"):
                rows = connection.execute(f"select t::text from {table} t").fetchall()
                assert rows, table
                for (row,) in rows:
                    assert ANNA not in row
                    assert ANNA.encode().hex() not in row
                    assert "Andersson" not in row
