"""The rules of an application, without a database."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.intake.applications import deadlines
from services.intake.applications.model import Application
from services.intake.applications.receiving import receive
from services.intake.contract.applications import ApplicationAlreadyClosed, ApplicationWithoutAdult, Status, Way
from services.kernel.contracts.faults import Fault

ARRIVED = datetime(2026, 4, 1, 8, tzinfo=UTC)
LATER = datetime(2026, 4, 2, 9, tzinfo=UTC)
ADULT = {
    "given_name": "Anna",
    "family_name": "Andersson",
    "personal_number": "189001019802",
    "relation": "applicant",
}


def an_application(**overrides: Any) -> Application:
    """A received form."""
    body = {"kind": "form", "assignments": ["family_home"], "adults": [ADULT], "phone": "+46701740605"}
    return receive({**body, **overrides}, at=ARRIVED, contact_days=21)


class TestDeadline:
    def test_three_weeks_after_the_first_of_april_is_the_twenty_second(self) -> None:
        assert deadlines.contact_by(date(2026, 4, 1), 21) == date(2026, 4, 22)

    def test_three_weeks_go_over_a_leap_day(self) -> None:
        # 2024 has a 29 February: 10 February and 21 days is 2 March; in 2026 it is 3 March.
        assert deadlines.contact_by(date(2024, 2, 10), 21) == date(2024, 3, 2)
        assert deadlines.contact_by(date(2026, 2, 10), 21) == date(2026, 3, 3)

    def test_the_last_day_itself_is_in_time(self) -> None:
        assert not deadlines.is_overdue(date(2026, 4, 22), date(2026, 4, 22))
        assert deadlines.is_overdue(date(2026, 4, 22), date(2026, 4, 23))


class TestReceive:
    def test_a_household_that_is_not_said_to_be_complete_is_not(self) -> None:
        assert an_application().details["household_complete"] is False
        assert an_application(household_complete=True).details["household_complete"] is True

    def test_a_call_back_never_is_complete(self) -> None:
        callback = receive(
            {"kind": "callback", "phone": "+46701740605", "household_complete": True}, at=ARRIVED, contact_days=21
        )
        assert callback.details["household_complete"] is False

    def test_each_application_is_a_home_of_its_own(self) -> None:
        first, second = an_application(), an_application()
        assert len({first.id, second.id, first.home_id, second.home_id}) == 4
        assert first.reference != second.reference


class TestRecordContact:
    def test_an_attempt_in_vain_is_kept_and_the_clock_runs_on(self) -> None:
        application = an_application()
        application.record_contact(Way.LETTER, reached=False, note="", by="rut", at=LATER)
        assert (application.status, len(application.contacts)) == (Status.RECEIVED, 1)
        assert application.is_overdue(date(2026, 4, 23))

    def test_who_is_reached_is_not_overdue(self) -> None:
        application = an_application()
        application.record_contact(Way.PHONE, reached=True, note="", by="rut", at=LATER)
        assert application.status == Status.CONTACTED
        assert not application.is_overdue(date(2027, 1, 1))

    def test_a_later_attempt_in_vain_does_not_undo_it(self) -> None:
        application = an_application()
        application.record_contact(Way.PHONE, reached=True, note="", by="rut", at=LATER)
        application.record_contact(Way.PHONE, reached=False, note="", by="rut", at=LATER)
        assert application.status == Status.CONTACTED


class TestQualify:
    @pytest.mark.parametrize("reached", [True, False])
    def test_it_goes_on_whether_or_not_a_contact_was_logged(self, *, reached: bool) -> None:
        application = an_application()
        if reached:
            application.record_contact(Way.PHONE, reached=True, note="", by="rut", at=LATER)
        recorded = application.qualify(at=LATER)
        assert application.status == Status.QUALIFIED
        assert [adult["personal_number"] for adult in recorded["adults"]] == ["189001019802"]

    def test_without_an_adult_it_does_not(self) -> None:
        with pytest.raises(ApplicationWithoutAdult):
            an_application(adults=[]).qualify(at=LATER)

    @pytest.mark.parametrize("status", [Status.QUALIFIED, Status.DECLINED, Status.WITHDRAWN, Status.TRANSFERRED])
    def test_a_closed_one_does_not_move(self, status: Status) -> None:
        application = an_application()
        application.status = status
        refused: list[type[Fault]] = []
        for change in (
            lambda: application.qualify(at=LATER),
            lambda: application.record_contact(Way.PHONE, reached=True, note="", by="rut", at=LATER),
        ):
            with pytest.raises(Fault) as caught:
                change()
            refused.append(type(caught.value))
        assert refused == [ApplicationAlreadyClosed] * 2
        assert (application.status, application.contacts) == (status, [])

    def test_half_a_position_is_none(self) -> None:
        address = {"street": "Storgatan 1", "postcode": "70210", "locality": "Örebro", "latitude": 59.27}
        assert an_application(address=address).qualify(at=LATER)["position"] is None
