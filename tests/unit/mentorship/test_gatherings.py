"""Seats, siblings, terms and calendars: the pure rules of gatherings."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from services.mentorship.gatherings.calendars import Entry, calendar_of
from services.mentorship.gatherings.seats import Seats, Waits, moved_up
from services.mentorship.gatherings.siblings import Lives, apart
from services.mentorship.gatherings.terms import term_of


class TestSeats:
    def test_the_first_in_line_gets_the_seats(self) -> None:
        line = [Waits("a", Seats(2, 1)), Waits("b", Seats(2, 1))]
        assert moved_up(Seats(2, 3), line) == ["a"]

    def test_whom_they_do_not_hold_waits_on_and_smaller_ones_pass(self) -> None:
        line = [Waits("large", Seats(2, 4)), Waits("small", Seats(1, 1)), Waits("pair", Seats(2, 0))]
        assert moved_up(Seats(3, 1), line) == ["small", "pair"]

    def test_children_need_childrens_seats(self) -> None:
        assert moved_up(Seats(10, 0), [Waits("a", Seats(1, 1))]) == []

    @given(
        st.builds(Seats, st.integers(0, 30), st.integers(0, 30)),
        st.lists(st.builds(Seats, st.integers(0, 6), st.integers(0, 6)), max_size=20),
    )
    def test_never_more_than_there_are(self, free: Seats, wanted: list[Seats]) -> None:
        line = [Waits(str(number), one) for number, one in enumerate(wanted)]
        chosen = [wanted[int(found)] for found in moved_up(free, line)]
        assert sum(one.adults for one in chosen) <= free.adults
        assert sum(one.children for one in chosen) <= free.children


class TestSiblings:
    def test_homes_in_which_siblings_live_apart_are_found(self) -> None:
        lives = [Lives("home-1", "anna", None), Lives("home-2", "bo", "anna"), Lives("home-3", "cecilia", None)]
        assert apart(lives) == [("home-1", "home-2")]

    def test_three_siblings_of_whom_two_live_together_are_one_group(self) -> None:
        lives = [Lives("home-2", "bo", "anna"), Lives("home-1", "anna", None), Lives("home-1", "carl", "bo")]
        assert apart(lives) == [("home-1", "home-2")]

    def test_siblings_who_live_together_are_not_apart(self) -> None:
        assert apart([Lives("home-1", "anna", None), Lives("home-1", "bo", "anna")]) == []

    def test_two_siblings_of_one_who_lives_nowhere_belong_together(self) -> None:
        assert apart([Lives("home-1", "bo", "anna"), Lives("home-2", "carl", "anna")]) == [("home-1", "home-2")]


@pytest.mark.parametrize(
    ("day", "term", "first", "last"),
    [
        (date(2026, 6, 30), "2026-spring", date(2026, 1, 1), date(2026, 6, 30)),
        (date(2026, 7, 1), "2026-autumn", date(2026, 7, 1), date(2026, 12, 31)),
    ],
)
def test_a_year_has_two_terms(day: date, term: str, first: date, last: date) -> None:
    found = term_of(day)
    assert (found.id, found.first, found.last) == (term, first, last)


def an_entry(**overrides: Any) -> Entry:
    values: dict[str, Any] = {
        "id": "019a",
        "title": "Bowling; med soppa, och barn",
        "place": "Örebro bowlinghall",
        "starts_at": datetime(2026, 9, 5, 12, tzinfo=UTC),
        "ends_at": datetime(2026, 9, 5, 15, tzinfo=UTC),
        "changed_at": datetime(2026, 8, 1, 8, tzinfo=UTC),
        "version": 2,
        "is_cancelled": False,
        "is_certain": True,
    }
    return Entry(**{**values, **overrides})


class TestCalendar:
    def test_a_calendar_reads_what_was_planned(self) -> None:
        read = Calendar.from_ical(calendar_of("Träffar", [an_entry()]))
        (event,) = read.walk("VEVENT")
        assert (str(event["summary"]), str(event["location"])) == (
            "Bowling; med soppa, och barn",
            "Örebro bowlinghall",
        )
        assert event.decoded("dtstart") == datetime(2026, 9, 5, 12, tzinfo=UTC)
        assert event.decoded("dtend") == datetime(2026, 9, 5, 15, tzinfo=UTC)
        assert (str(event["uid"]), event["sequence"], str(event["status"])) == ("019a@hemvist", 2, "CONFIRMED")

    @pytest.mark.parametrize(
        ("how", "status"),
        [({"is_cancelled": True, "is_certain": False}, "CANCELLED"), ({"is_certain": False}, "TENTATIVE")],
    )
    def test_one_that_is_cancelled_or_not_answered_says_so(self, how: dict[str, bool], status: str) -> None:
        (event,) = Calendar.from_ical(calendar_of("Träffar", [an_entry(**how)])).walk("VEVENT")
        assert str(event["status"]) == status

    def test_the_same_gatherings_are_the_same_bytes(self) -> None:
        assert calendar_of("Träffar", [an_entry()]) == calendar_of("Träffar", [an_entry()])

    def test_what_somebody_wrote_adds_no_line(self) -> None:
        content = calendar_of("Träffar", [an_entry(title="Fika\r\nATTENDEE:mailto:a@example.se")])
        (event,) = Calendar.from_ical(content).walk("VEVENT")
        assert "ATTENDEE" not in event
