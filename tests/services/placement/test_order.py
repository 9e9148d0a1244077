"""Whatever approvals a home has, whether they hold, what is said of it and however its people change, in whatever order
that comes and however often: the copy of it is the same."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.compensation.contract.events import CONTRACT_AGREED, LEAVE_TAKEN
from services.investigation.contract.events import (
    APPROVAL_REINSTATED,
    APPROVAL_REVOKED,
    APPROVAL_SUSPENDED,
    CONCERN_REPORTED,
    CONCERN_SETTLED,
    HOME_APPROVED,
    HOME_CHANGED,
)
from services.kernel.basics.ids import new_id
from services.kernel.contracts import Event
from services.kernel.contracts.nudges import NudgeState
from services.kernel.messages.context import Context
from services.kernel.messages.mail import server_of
from services.kernel.messages.outlets import Outlets
from services.kernel.rows.nudges import Nudge
from services.kernel.testing import Harness
from services.mentorship.contract.events import HOME_HAS_NEWS, NEWS_SETTLED, TRAINING_ATTENDED
from services.placement.matching.reading import offers_of
from services.placement.matching.values import HomeOffer, Need, Period
from services.vocabulary.assignments import Assignment
from tests.home_changes import a_change
from tests.in_any_order import Recorded, against_the_database, deliver, orders
from tests.services.placement.conftest import approval
from tests.unit.placement.factories import recorded_adult

#: What of an approval may be another in its next version; the day on which it was decided never is.
contents = st.fixed_dictionaries(
    {
        "assignments": st.sampled_from([["family_home"], ["emergency_home"], ["family_home", "network_home"]]),
        "age_to": st.integers(1, 18),
        "places": st.integers(1, 3),
        "valid_until": st.dates(date(2026, 6, 1), date(2028, 4, 30)),
        "adults": st.lists(st.integers(980, 983), min_size=1, max_size=2, unique=True),
        "languages": st.sampled_from([[], ["sv"], ["so", "ar"]]),
        "protected_identity": st.booleans(),
        "position": st.sampled_from([None, {"latitude": 59.27, "longitude": 15.21}]),
    }
)
#: For each approval its day and its versions; the days of two may be the same.
homes = st.lists(
    st.tuples(st.dates(date(2026, 5, 1), date(2026, 5, 3)), st.lists(contents, min_size=1, max_size=3)),
    min_size=1,
    max_size=2,
)


#: What of a home's people is said, one time after the other.
changes = st.lists(
    st.fixed_dictionaries(
        {
            "adults": st.lists(st.integers(984, 987), min_size=1, max_size=2, unique=True),
            "languages": st.sampled_from([["sv"], ["fi"]]),
            "protected_identity": st.booleans(),
            "approvals_wait": st.booleans(),
        }
    ),
    max_size=3,
)


BY_MAIL = {"email": "anna@example.se"}
SOMEWHERE = server_of("smtps://hemvist:word@mail.example", "nobody@example.se")
#: Whether the first approval holds, and whether there is a concern, one time after the other.
standings = st.lists(st.sampled_from([APPROVAL_SUSPENDED, APPROVAL_REINSTATED, APPROVAL_REVOKED]), max_size=3)
concerns = st.lists(st.sampled_from([CONCERN_REPORTED, CONCERN_SETTLED]), max_size=3)


#: What the other services tell of it, each time anew: whether it came to a course, leave that is taken or is not after
#: all, for how many places it is contracted, and that something new waits for it or has been seen.
trainings, leaves = st.lists(st.booleans(), max_size=3), st.lists(st.booleans(), max_size=3)
contracts = st.lists(st.integers(1, 3), max_size=3)
news = st.lists(st.sampled_from([HOME_HAS_NEWS, NEWS_SETTLED]), max_size=3)
lives = st.fixed_dictionaries(
    {
        "standing": standings,
        "concern": concerns,
        "training": trainings,
        "leave": leaves,
        "contract": contracts,
        "news": news,
    }
)


def told_of(home_id: str, life: dict[str, Any]) -> list[Recorded]:
    """What is told of a home beside its approvals and people."""
    course = {"enrolment_id": f"{home_id}-course", "course_id": "c", "kind": "course", "held_on": date(2026, 5, 2)}
    days = {"starts_on": date(2026, 5, 25), "ends_on": date(2026, 6, 7)}
    leave = {"leave_id": f"{home_id}-leave", "agreement_id": f"{home_id}-agreement", "home_id": home_id, **days}
    contract = {"agreement_id": f"{home_id}-agreement", "age_from": 0, "age_to": 12, "home_id": home_id, **days}
    waits = {"news_id": f"{home_id}-news", "home_id": home_id, "kind": "message", "urgent": False}
    return [
        *standing_of(home_id, life["standing"], life["concern"]),
        *each(TRAINING_ATTENDED, ({**course, "home_id": home_id, "attended": one} for one in life["training"])),
        *each(LEAVE_TAKEN, ({**leave, "cancelled": one} for one in life["leave"])),
        *each(CONTRACT_AGREED, ({**contract, "places": one} for one in life["contract"])),
        *((event, waits, version) for version, event in enumerate(life["news"], start=1)),
    ]


def each(event: Event, said: Iterable[dict[str, Any]]) -> Iterable[Recorded]:
    return ((event, data, version) for version, data in enumerate(said, start=1))


def standing_of(home_id: str, standing: Sequence[Event], concern: Sequence[Event]) -> list[Recorded]:
    """What investigation records of whether the home's first approval holds, and of a concern about the home."""
    approval = {"approval_id": f"{home_id}-approval-0", "home_id": home_id, "on": date(2026, 5, 10)}
    about = {"concern_id": f"{home_id}-concern", "home_id": home_id, "kind": "care", "outcome": "measures"}
    days = {"reported_on": date(2026, 5, 10), "settled_on": date(2026, 5, 11)}
    return [(event, approval, version) for version, event in enumerate(standing, start=1)] + [
        (event, {**about, **days}, version) for version, event in enumerate(concern, start=1)
    ]


def recorded(
    home_id: str, approvals: Sequence[tuple[date, Sequence[dict[str, Any]]]], said: Sequence[dict[str, Any]]
) -> list[Recorded]:
    """What investigation records of a home's approvals and of its people, in its order."""
    changed = [
        (HOME_CHANGED, a_change(home_id, **{**content, **BY_MAIL, "adults": adults_of(home_id, content)}), version)
        for version, content in enumerate(said, start=1)
    ]
    return changed + [
        (HOME_APPROVED, approval_data(home_id, f"{home_id}-approval-{number}", decided_on, content), version)
        for number, (decided_on, versions) in enumerate(approvals)
        for version, content in enumerate(versions, start=1)
    ]


def approval_data(home_id: str, approval_id: str, decided_on: date, content: dict[str, Any]) -> dict[str, Any]:
    adults = adults_of(home_id, content)
    return approval(home_id=home_id, approval_id=approval_id, decided_on=decided_on, **{**content, "adults": adults})


def adults_of(home_id: str, content: dict[str, Any]) -> list[dict[str, str]]:
    return [
        recorded_adult(f"{home_id}-adult-{serial}", f"Adult {serial}", serial=serial) for serial in content["adults"]
    ]


def shown(placement: Harness, home_id: str) -> dict[str, Any]:
    """The home as it is shown, without the ids that are its own."""
    home = json.dumps(placement.do("get_home", home_id=home_id, roles=["caseworker"]))
    return dict(json.loads(home.replace(home_id, "home")))


@against_the_database
@given(data=st.data(), approvals=homes, said=changes, life=lives)
def test_any_order_and_any_repetition_end_the_same(
    placement: Harness, monkeypatch: pytest.MonkeyPatch, data: st.DataObject, approvals: Any, said: Any, life: Any
) -> None:
    monkeypatch.setattr(placement.database, "_outlets", Outlets(mail=SOMEWHERE))
    in_order, mixed = new_id(), new_id()
    events = recorded(mixed, approvals, said) + told_of(mixed, life)
    deliver(placement, recorded(in_order, approvals, said) + told_of(in_order, life))
    deliver(placement, [events[place] for place in data.draw(orders(len(events)), label="order")])
    found = shown(placement, mixed)
    assert found == shown(placement, in_order)
    newest = {f"home-approval-{number}": versions[-1] for number, (_, versions) in enumerate(approvals)}
    assert {one["id"]: (one["places"], one["age_to"]) for one in found["approvals"]} == {
        approval_id: (content["places"], content["age_to"]) for approval_id, content in newest.items()
    }
    states = {APPROVAL_SUSPENDED: "suspended", APPROVAL_REINSTATED: "valid", APPROVAL_REVOKED: "revoked"}
    first = next(one for one in found["approvals"] if one["id"] == "home-approval-0")
    assert first["state"] == (states[life["standing"][-1]] if life["standing"] else "valid")
    offer, nudges = as_matched(placement, mixed)
    assert repr(offer).replace(mixed, "home") == as_told(placement, in_order)
    assert offer.record.open_concern is (life["concern"][-1:] == [CONCERN_REPORTED])
    assert (offer.record.trained is True) is (life["training"][-1:] == [True])
    assert [one.places for one in offer.contracts] == life["contract"][-1:]
    is_away = [Period(first=date(2026, 5, 25), last=date(2026, 6, 7), places=0)]
    assert list(offer.periods) == (is_away if life["leave"][-1:] == [False] else [])
    # Whether there is anything by which it is reached depends on when it is asked; what has been seen nudges nobody.
    assert NudgeState.WAITING not in nudges or life["news"][-1] is HOME_HAS_NEWS
    _, last = max((decided_on, number) for number, (decided_on, _) in enumerate(approvals))
    serials = [int(adult["id"].removeprefix("home-adult-")) for adult in found["adults"]]
    holds = said[-1] if said else newest[f"home-approval-{last}"]
    assert serials == holds["adults"]
    assert (found["languages"], found["protected_identity"]) == (holds["languages"], holds["protected_identity"])


def as_matched(placement: Harness, home_id: str) -> tuple[HomeOffer, list[str]]:
    """What matching reads of a home, and how the nudges of its news stand."""
    context = Context(tenant=placement.tenant, actor="", request_id="", deadline=0)
    need = Need(assignment=Assignment.FAMILY_HOME, person=b"", age=8, on=date(2026, 5, 20))
    with placement.database.unit(context, reads=True) as unit:
        (offer,) = offers_of(unit, need, [home_id])
        nudges = unit.session.query(Nudge).filter(Nudge.subject == f"{home_id}-news")
        return offer, sorted(one.state for one in nudges)


def as_told(placement: Harness, home_id: str) -> str:
    """What matching reads of a home, without the ids that are its own."""
    offer, _ = as_matched(placement, home_id)
    return repr(offer).replace(home_id, "home")
