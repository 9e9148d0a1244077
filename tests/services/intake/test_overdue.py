"""An application that nobody answers surfaces by itself: once, at midnight in Sweden after the last day (R3)."""

from datetime import UTC, datetime, timedelta

import pytest

from services.intake.contract.events import CONTACT_OVERDUE
from services.kernel.testing import Harness
from tests.services.intake.conftest import a_form

REACHED = {"way": "phone", "reached": True, "note": ""}


@pytest.mark.parametrize(
    ("received", "contact_by", "overdue_from"),
    [
        # 1 April 2026 and three weeks: the last day is 22 April, over at midnight in summer time.
        (datetime(2026, 4, 1, 8, tzinfo=UTC), "2026-04-22", datetime(2026, 4, 22, 22, tzinfo=UTC)),
        # 4 October and three weeks: the last day is 25 October, on which summer time ends.
        (datetime(2026, 10, 4, 8, tzinfo=UTC), "2026-10-25", datetime(2026, 10, 25, 23, tzinfo=UTC)),
        # Seven days before summer time begins on 28 March 2027, and three weeks: 18 April.
        (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), "2027-04-18", datetime(2027, 4, 18, 22, tzinfo=UTC)),
        # Over a leap day: 10 February 2028 and 21 days is 2 March.
        (datetime(2028, 2, 10, 8, tzinfo=UTC), "2028-03-02", datetime(2028, 3, 2, 23, tzinfo=UTC)),
    ],
)
def test_it_surfaces_once_at_the_right_instant(
    intake: Harness, received: datetime, contact_by: str, overdue_from: datetime
) -> None:
    intake.now = received
    application = intake.do("submit_application", body=a_form())
    assert application["contact_by"] == contact_by
    assert intake.pass_time(overdue_from - timedelta(seconds=1)) == []
    assert intake.pass_time(overdue_from) == ["contact_overdue"]
    assert intake.pass_time(overdue_from + timedelta(days=30)) == []
    (recorded,) = intake.recorded(CONTACT_OVERDUE)
    assert (recorded["application_id"], recorded["contact_by"].isoformat()) == (application["id"], contact_by)
    assert intake.do("list_applications", query={"overdue": "true"})["total"] == 1


@pytest.mark.parametrize("reached", [True, False])
def test_only_a_contact_that_reaches_the_family_stops_it(intake: Harness, reached: bool) -> None:
    intake.now = datetime(2026, 4, 1, 8, tzinfo=UTC)
    application = intake.do("submit_application", body=a_form())
    intake.do("record_contact", application_id=application["id"], body={**REACHED, "reached": reached})
    assert intake.pass_time(intake.now + timedelta(days=60)) == ([] if reached else ["contact_overdue"])
    assert len(intake.recorded(CONTACT_OVERDUE)) == (0 if reached else 1)


def test_a_qualified_application_is_answered(intake: Harness) -> None:
    intake.now = datetime(2026, 4, 1, 8, tzinfo=UTC)
    application = intake.do("submit_application", body=a_form())
    intake.do("qualify_application", application_id=application["id"])
    assert intake.pass_time(intake.now + timedelta(days=60)) == []
