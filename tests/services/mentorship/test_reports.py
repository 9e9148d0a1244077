"""R31: figures of the network, masked where groups are small, as JSON and CSV; and the survey without names."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest

from services.kernel.contracts.files import FileInStore
from services.kernel.testing import Harness
from services.placement.contract.events import PLACEMENT_STARTED
from tests.conftest import shelves
from tests.services.mentorship.conftest import ANNA, BERTIL, a_start, approve_home, register
from tests.services.mentorship.test_gatherings import SKANSEN

MARCH = datetime(2027, 3, 1, 8, tzinfo=UTC)
PERIOD = {"from": "2027-01-01", "to": "2027-12-31"}
CONTACT = {"on": "2027-03-04", "way": "phone", "part_of_day": "evening", "minutes": 30, "follow_up": False}
CLOSED = datetime(2027, 7, 1, 8, tzinfo=UTC)
FIVE_ADULTS, SIXTH = [ANNA, BERTIL, "189001019828", "189001019836", "189001019844"], "189001019851"
FAR = ["2027-01-01--9999-12-31", "0001-01-01--2027-12-31"]
FIVE = ["Ett.", "Två.", "Tre.", "Fyra.", "Fem."]


def as_home(personal_number: str) -> dict[str, Any]:
    return {"roles": ["home"], "personal_number": personal_number, "actor": f"user-{personal_number[-4:]}"}


@pytest.fixture(autouse=True)
def _in_march(mentorship: Harness) -> None:
    mentorship.now = MARCH


def network(mentorship: Harness, area: str, homes: int) -> list[dict[str, Any]]:
    """Homes that have said yes to a mentor of an area."""
    mentor = register(mentorship, approve_home(mentorship), area=area)
    made = []
    for _ in range(homes):
        home_id = approve_home(mentorship)
        offered = mentorship.do("offer_mentorship", body={"home_id": home_id, "mentor_id": mentor["id"]})
        made.append(mentorship.do("accept_mentorship", mentorship_id=offered["id"]))
    return made


def report(mentorship: Harness, **query: str) -> dict[str, Any]:
    return mentorship.do("report_mentorship", query={**PERIOD, **query})


class TestFigures:
    def test_r31_a_period_is_told_area_by_area_and_explained(self, mentorship: Harness) -> None:
        north, south = network(mentorship, "norr", 5), network(mentorship, "söder", 6)
        declined = approve_home(mentorship)
        offered = mentorship.do("offer_mentorship", body={"home_id": declined})
        mentorship.now = datetime(2027, 3, 10, 8, tzinfo=UTC)
        for one in north:
            mentorship.do("log_contact", mentorship_id=one["id"], body=CONTACT)
        mentorship.react(PLACEMENT_STARTED, a_start(south[0]["home_id"], starts_on=date(2027, 3, 2)))
        gathering = mentorship.do("plan_gathering", body=SKANSEN)
        mentorship.pass_time(mentorship.now)
        mentorship.now = datetime(2027, 9, 4, 16, tzinfo=UTC)
        body = {"homes": [{"home_id": one["home_id"], "adults": 2, "children": 1} for one in north]}
        mentorship.do("record_attendance", gathering_id=gathering["id"], body=body)
        found = report(mentorship)
        first, second = found["areas"]
        assert offered["status"] == "offered"
        assert (first["area"], first["homes"], first["days_to_first_contact"]) == ("norr", 5, 3.0)
        assert first["contacts"] == {"day": 0, "evening": 5, "weekend": 0}
        assert (first["gatherings"], first["attendance"]) == (1, 15)
        assert (second["area"], second["homes"], second["attendance"]) == ("söder", 6, 0)
        assert found["total"]["homes"] == 11
        assert {one["figure"] for one in found["figures"]} >= {"homes", "accepted", "masked"}

    def test_an_area_of_four_homes_is_masked_and_can_not_be_had_by_subtraction(self, mentorship: Harness) -> None:
        for area, homes in (("norr", 4), ("söder", 5), ("väster", 7)):
            network(mentorship, area, homes)
        found = report(mentorship)
        assert [(one["area"], one["homes"], one["masked"]) for one in found["areas"]] == [
            ("norr", None, True),
            ("söder", None, True),
            ("väster", 7, False),
        ]
        assert found["total"]["homes"] == 16

    def test_what_was_before_the_period_or_comes_after_it_is_not_in_it(self, mentorship: Harness) -> None:
        network(mentorship, "norr", 5)
        assert report(mentorship, **{"from": "2026-01-01", "to": "2026-12-31"})["areas"] == []
        (area,) = report(mentorship, **{"from": "2028-01-01", "to": "2028-12-31"})["areas"]
        assert (area["homes"], area["accepted"], area["homes_at_start"]) == (5, 0, 5)

    def test_the_table_for_a_spreadsheet_has_the_same_figures_and_blanks_where_they_are_masked(
        self, mentorship: Harness
    ) -> None:
        for area, homes in (("=1+1", 5), ("söder", 4), ("väster", 6)):
            network(mentorship, area, homes)
        reply = mentorship.reply("export_mentorship_report", period="2027-01-01--2027-12-31")
        file = FileInStore.from_dict(reply["file"])
        content = b"".join(shelves("mentorship").of(mentorship.tenant).read(file)).decode("utf-8-sig")
        rows = [line.split(";") for line in content.split("\r\n")]
        assert rows[0][:3] == ["område", "hem i nätverket", "erbjudna"]
        assert [row[:2] for row in rows[1:5]] == [["'=1+1", ""], ["söder", ""], ["väster", "6"], ["alla", "15"]]

    @pytest.mark.parametrize("period", ["2027", "2027-01-01", "2027-12-31--2027-01-01", "a--b", *FAR])
    def test_what_is_no_period_leads_nowhere(self, mentorship: Harness, period: str) -> None:
        assert mentorship.code("export_mentorship_report", period=period) == (404, "not_found")


class TestSurvey:
    def ask(self, mentorship: Harness, **overrides: Any) -> dict[str, Any]:
        return mentorship.do("open_survey", body={"questions": FIVE, "closes_on": "2027-06-30", **overrides})

    def in_network(self, mentorship: Harness, adult: str = ANNA) -> None:
        mentor = register(mentorship, approve_home(mentorship))
        body = {"home_id": approve_home(mentorship, adult=adult), "mentor_id": mentor["id"]}
        offered = mentorship.do("offer_mentorship", body=body)
        mentorship.do("accept_mentorship", mentorship_id=offered["id"])

    def reference(self, mentorship: Harness, survey: dict[str, Any], adult: str = ANNA) -> str:
        taken = mentorship.do("take_survey_reference", survey_id=survey["id"], **as_home(adult))
        return str(taken["reference"])

    def answer(self, mentorship: Harness, reference: str, answers: list[int]) -> dict[str, Any]:
        body = {"reference": reference, "answers": answers}
        return mentorship.reply("answer_survey", body=body, roles=[], actor="")

    def test_a_home_answers_once_without_a_login(self, mentorship: Harness) -> None:
        self.in_network(mentorship)
        survey = self.ask(mentorship)
        assert [one["id"] for one in mentorship.do("list_surveys", **as_home(ANNA))["items"]] == [survey["id"]]
        reference = self.reference(mentorship, survey)
        which = {"survey_id": survey["id"], **as_home(ANNA)}
        assert mentorship.code("take_survey_reference", **which) == (409, "survey_reference_taken")
        assert "body" in self.answer(mentorship, reference, [5, 4, 3, 2, 1])
        again = self.answer(mentorship, reference, [1, 1, 1, 1, 1])
        assert [problem["code"] for problem in again["fault"]["errors"]] == ["reference_used"]
        unknown = self.answer(mentorship, "A" * 32, [1, 1, 1, 1, 1])
        assert [problem["code"] for problem in unknown["fault"]["errors"]] == ["reference_unknown"]

    def test_of_two_answers_at_once_with_one_reference_one_counts(self, mentorship: Harness) -> None:
        self.in_network(mentorship)
        reference = self.reference(mentorship, self.ask(mentorship))
        with ThreadPoolExecutor(4) as pool:
            replies = list(pool.map(lambda _: self.answer(mentorship, reference, [5] * 5), range(4)))
        assert sum("body" in reply for reply in replies) == 1

    def test_nothing_says_which_home_answered_what(self, mentorship: Harness) -> None:
        self.in_network(mentorship)
        survey = self.ask(mentorship)
        reference = self.reference(mentorship, survey)
        self.answer(mentorship, reference, [5, 4, 3, 2, 1])
        with psycopg.connect(mentorship.owner_url) as owner:
            owner.execute("select set_config('hemvist.tenant', %s, false)", (mentorship.tenant,))
            ticket = [name for name, *_ in owner.execute("select * from survey_ticket limit 0").description or ()]
            taken = [name for name, *_ in owner.execute("select * from survey_taken limit 0").description or ()]
        assert set(ticket) == {"tenant", "id", "survey_id", "used"}  # whose id is neither the home's nor of its row
        assert set(taken) == {"tenant", "id", "survey_id", "home_id"}
        lines = mentorship.do("list_access", roles=["auditor"])["items"]
        assert "answer_survey" not in {line["operation"] for line in lines}

    def answered(self, mentorship: Harness, numbers: list[str]) -> dict[str, Any]:
        """A survey that the homes of so many have answered."""
        survey = self.ask(mentorship)
        for place, number in enumerate(numbers):
            self.in_network(mentorship, number)
            self.answer(mentorship, self.reference(mentorship, survey, number), [5, 5, 5, 1, place % 5 + 1])
        return survey

    def test_what_the_sixth_home_answers_can_not_be_had_by_looking_before_and_after(self, mentorship: Harness) -> None:
        survey = self.answered(mentorship, FIVE_ADULTS)
        seen = []
        for number in (None, SIXTH):
            if number is not None:
                self.in_network(mentorship, number)
                self.answer(mentorship, self.reference(mentorship, survey, number), [1, 2, 3, 4, 5])
            seen.append(mentorship.do("get_survey", survey_id=survey["id"])["results"])
        seen.append(report(mentorship)["survey"]["results"])
        assert {(one["mean"], one["counts"]) for results in seen for one in results} == {(None, None)}

    @pytest.mark.parametrize("answers", [0, 4])
    def test_of_fewer_than_five_answers_nothing_is_shown(self, mentorship: Harness, answers: int) -> None:
        survey = self.answered(mentorship, FIVE_ADULTS[:answers])
        mentorship.now = CLOSED
        seen = mentorship.do("get_survey", survey_id=survey["id"])
        assert seen["answers"] == (None if answers else 0)
        assert {one["mean"] for one in seen["results"]} == {None}

    def test_nor_does_a_version_say_how_many_there_are(self, mentorship: Harness) -> None:
        survey = self.answered(mentorship, FIVE_ADULTS[:3])
        mentorship.now = CLOSED
        reply = mentorship.reply("get_survey", survey_id=survey["id"])
        assert (reply["body"]["answers"], reply["etag"]) == (None, None)

    def test_the_result_is_shown_when_it_is_closed_and_stands_beside_the_figures(self, mentorship: Harness) -> None:
        self.answered(mentorship, FIVE_ADULTS)
        mentorship.now = CLOSED
        result = report(mentorship)["survey"]
        assert (result["answers"], [one["mean"] for one in result["results"]]) == (5, [5.0, 5.0, 5.0, 1.0, 3.0])
        assert result["results"][0]["counts"] == [0, 0, 0, 0, 5]
        assert result["results"][4]["counts"] is None  # one home gave each answer

    def test_a_survey_belongs_to_the_swedish_day_on_which_it_was_opened(self, mentorship: Harness) -> None:
        mentorship.now = datetime(2027, 3, 31, 22, 30, tzinfo=UTC)  # 1 April 00:30 in Sweden
        survey = self.ask(mentorship)
        assert report(mentorship, to="2027-03-31")["survey"] is None
        assert report(mentorship, to="2027-04-01")["survey"]["id"] == survey["id"]

    def test_a_home_outside_of_the_network_is_not_asked(self, mentorship: Harness) -> None:
        approve_home(mentorship, adult=BERTIL)
        survey = self.ask(mentorship)
        assert mentorship.do("list_surveys", **as_home(BERTIL))["total"] == 0
        which = {"survey_id": survey["id"], **as_home(BERTIL)}
        assert mentorship.code("take_survey_reference", **which) == (404, "not_found")

    def test_when_it_is_closed_nobody_answers_any_more(self, mentorship: Harness) -> None:
        self.in_network(mentorship)
        survey = self.ask(mentorship, closes_on="2027-03-01")
        reference = self.reference(mentorship, survey)
        mentorship.now = datetime(2027, 3, 2, 8, tzinfo=UTC)
        fault = self.answer(mentorship, reference, [5] * 5)["fault"]
        assert (fault["status"], fault["code"]) == (409, "survey_closed")
        which = {"survey_id": survey["id"], **as_home(ANNA)}
        assert mentorship.code("take_survey_reference", **which) == (409, "survey_closed")

    @pytest.mark.parametrize(
        "wrong", [{"questions": FIVE[:4]}, {"questions": [*FIVE, "Sex."]}, {"closes_on": "2027-02-28"}]
    )
    def test_five_questions_and_a_day_to_come(self, mentorship: Harness, wrong: dict[str, Any]) -> None:
        body = {"questions": FIVE, "closes_on": "2027-06-30", **wrong}
        assert mentorship.code("open_survey", body=body) == (422, "invalid_input")
