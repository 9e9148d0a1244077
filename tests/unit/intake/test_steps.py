"""What comes next is said of each status, in plain words of two languages (R7)."""

from datetime import date

import pytest

from services.intake.contract.applications import Status
from services.intake.following.steps import next_step

DAY = date(2026, 4, 22)


@pytest.mark.parametrize("status", Status)
def test_each_status_has_its_words_in_swedish_and_in_english(status: Status) -> None:
    said = next_step(status, DAY, is_overdue=False)
    assert said["sv"].endswith(".")
    assert said["en"].endswith(".")
    assert said["sv"] != said["en"]
    assert "{" not in said["sv"] + said["en"]


def test_whoever_waits_is_told_until_when() -> None:
    for status in (Status.RECEIVED, Status.OFFERED):
        said = next_step(status, DAY, is_overdue=False)
        assert "2026-04-22" in said["sv"]
        assert "2026-04-22" in said["en"]


def test_once_the_day_has_passed_it_is_not_promised_any_more() -> None:
    said = next_step(Status.RECEIVED, DAY, is_overdue=True)
    assert "skulle ha hört av sig" in said["sv"]
    assert "should have been in touch" in said["en"]
