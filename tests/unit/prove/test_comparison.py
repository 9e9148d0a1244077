"""What the rig calls lost, doubled and wrong, of rows that are made up."""

import io
from datetime import date
from typing import Any

from tests.prove import comparison, events
from tests.prove.ledger import Fact, Ledger

MAY = "2026-05"
PLACEMENT = Fact("placement", "p1", "h1", starts_on="2026-05-12")
RIGHT = {
    ("placement", "home_id, starts_on"): [("h1", date(2026, 5, 12), None)],
    ("placement", "id, ends_on"): [("p1", None)],
    ("investigation", "id, ends_on"): [("p1", None)],
    ("mentorship", "id, ends_on"): [("p1", None)],
    ("compensation", "id, ends_on"): [("p1", None)],
    ("compensation", "placement_id, ends_on"): [("p1", None)],
    ("compensation", "agreement.placement_id"): [("p1", comparison.Decimal("10754.84"))],
    ("compensation", "id, month"): [("r1", MAY, comparison.Decimal("10754.84"))],
}


def ledger(*facts: Fact) -> Ledger:
    made = Ledger(io.StringIO())
    for fact in facts:
        made.write(fact)
    return made


def wrong(**others: Any) -> list[str]:
    """What is wrong of one child's stay that is paid for May, where some rows are others."""
    found = dict(RIGHT)
    for name, rows in others.items():
        service, _, columns = name.partition("_")
        found[next(key for key in found if key[0] == service and key[1].startswith(columns))] = rows

    def rows_of(service: str, statement: str, *_: Any) -> list[tuple[Any, ...]]:
        asked = [rows for (of, columns), rows in found.items() if of == service and f"select {columns}" in statement]
        return asked[0] if asked else []

    agreed = Fact("agreement", "p1", "h1", starts_on="2026-05-12")
    paid = Fact("pay run", "r1", starts_on=MAY, amount="10754.84")
    return comparison.wrong(rows_of, ledger(PLACEMENT, agreed, paid), "orebro")


def test_what_is_as_it_was_said_is_not_wrong() -> None:
    assert wrong() == []


def test_a_child_of_whom_nobody_was_told_is_wrong() -> None:
    second = [("h1", date(2026, 5, 12), None), ("h1", date(2026, 6, 1), None)]
    assert wrong(placement_home_id=second) == ["home h1 has 2 placements, and 1 were acknowledged"]


def test_three_children_in_two_places_are_wrong() -> None:
    third = [("h1", date(2026, 5, day), None) for day in (12, 13, 14)]
    assert "home h1 has 3 children in 2 places" in wrong(placement_home_id=third)


def test_another_last_day_in_any_service_is_wrong() -> None:
    (one,) = wrong(mentorship_id=[("p1", date(2026, 5, 20))])
    assert "mentorship.support" in one


def test_a_krona_more_or_less_is_wrong() -> None:
    (one,) = wrong(compensation_agreement=[("p1", comparison.Decimal("10753.84"))])
    assert one == "agreement.placement_id p1: 10753.84 kr paid, 10754.84 kr owed"
    (nothing,) = wrong(compensation_agreement=[])
    assert nothing == "agreement.placement_id p1: 0 kr paid, 10754.84 kr owed"


def test_a_run_that_nobody_was_told_of_is_wrong() -> None:
    (one,) = wrong(**{"compensation_id, month": [("r2", MAY, comparison.Decimal("10754.84"))]})
    assert "None kr was said" in one


def test_a_place_is_free_again_on_the_day_after_a_last_day() -> None:
    stays = [(date(2026, 5, 1), date(2026, 5, 10)), (date(2026, 5, 11), None)]
    assert comparison.most_at_once(stays) == 1
    assert comparison.most_at_once([*stays, (date(2026, 5, 10), None)]) == 2


def test_a_fact_that_is_nowhere_is_lost_and_one_that_is_there_twice_is_doubled() -> None:
    def rows_of(service: str, *_: Any) -> list[tuple[Any, ...]]:
        return {"intake": [("a1", 1)], "investigation": [("a1", 2)]}[service]

    facts = ledger(Fact("application", "a1"), Fact("contact", "a2"), Fact("qualified", "a1"))
    assert comparison.lost_and_doubled(
        lambda service, statement, *values: [] if "having" in statement or not values[0] else rows_of(service), facts
    ) == (["contact a2 in intake.contact_attempt"], ["qualified a1 in investigation.investigation: 2"])


def test_what_was_told_of_a_thing_before_its_newest_is_outdated() -> None:
    def told(number: str, subject: str, kind: str = "ended") -> dict[str, Any]:
        return {"id": number, "tenant": "orebro", "type": kind, "subject": subject}

    first, other, second = told("1", "p1"), told("2", "p2"), told("3", "p1")
    assert events.outdated([first, other, told("4", "p1", "started"), second]) == [first]
