"""R17: what the database leaves out of thousands of homes is what the rules leave out, and it ranks as they do."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.compensation.contract.events import CONTRACT_AGREED, LEAVE_TAKEN
from services.investigation.contract.events import APPROVAL_REVOKED, APPROVAL_SUSPENDED, HOME_CHANGED
from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from tests.home_changes import a_change
from tests.services.placement.conftest import Desk
from tests.unit.placement.factories import personal_number, recorded_adult

NUMBER = personal_number("20170101", 980)
NEEDS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "siblings who stay together": {"siblings_together": True},
    "a place to be kept away from": {"not_near": [{"latitude": 59.27, "longitude": 15.21, "km": 20.0}]},
    "an age that grows": {"expected_until": "2029-06-01"},
    "at a school": {"place_kind": "school"},
}


def a_leave(home_id: str) -> dict[str, Any]:
    ids = {"leave_id": new_id(), "agreement_id": new_id(), "home_id": home_id}
    return {**ids, "starts_on": date(2026, 5, 25), "ends_on": date(2026, 6, 7), "cancelled": False}


def a_town(desk: Desk, **approval: Any) -> list[str]:
    """A home of every kind; their ids."""
    placement = desk.harness
    at = {"latitude": 59.3, "longitude": 15.2}
    homes = [
        desk.home(places=number, position={**at, "latitude": 59.3 + number / 20}, **approval) for number in (1, 2, 3)
    ]
    full, later, was, suspended, revoked, waits, away, fewer, host, heard, on_leave = (
        desk.home(places=2, position=at, **approval) for _ in range(11)
    )
    kind = {"assignment": approval.get("assignments", ["family_home"])[0]}
    for serial in (982, 983):
        desk.placed(full, serial=serial, starts_on="2026-05-10", **kind)
    for serial in (984, 985):
        desk.placed(later, serial=serial, starts_on="2026-07-01", **kind)
    ended = desk.placed(was, serial=986, starts_on="2026-05-05", **kind)
    placement.do("end_placement", placement_id=ended, body={"ends_on": "2026-05-10", "reason": "planned"})
    for event, home in ((APPROVAL_SUSPENDED, suspended), (APPROVAL_REVOKED, revoked)):
        known = placement.do("get_home", home_id=home, roles=["caseworker"])["approvals"][0]["id"]
        placement.react(event, {"approval_id": known, "home_id": home, "on": date(2026, 5, 19)})
    placement.react(HOME_CHANGED, a_change(waits, approvals_wait=True))
    placement.react(LEAVE_TAKEN, a_leave(on_leave))
    for home, places in ((away, 0), (fewer, 1)):
        said = {"periods": [{"from": "2026-05-20", "to": "2026-06-30", "places": places}]}
        placement.do("set_availability", home_id=home, body=said, if_match="*")
    for home, consulted_on in ((host, None), (heard, "2026-05-01")):
        body = {"municipality_code": "0180", "consulted_on": consulted_on}
        placement.do("set_host_municipality", home_id=home, body=body, if_match="*")
    with_others, full_of_others = (desk.home(places=2, position=at, **approval) for _ in range(2))
    for home, children in ((with_others, 1), (full_of_others, 2)):
        placement.do("set_others_children", home_id=home, body={"children": children}, if_match="*")
    shrinks, promised, roomy = (
        desk.home(places=2, position=at, **{**approval, "valid_until": date(2026, 6, 30)}) for _ in range(3)
    )
    for home in (shrinks, promised, roomy):  # for one child, from July on the only approval
        desk.home(home_id=home, places=1, position=at, decided_on=date(2026, 5, 10), **approval)
    desk.placed(shrinks, serial=988, starts_on="2026-05-10", **kind)
    desk.placed(promised, serial=989, starts_on="2026-07-15", **kind)
    own = desk.home(adults=[recorded_adult(new_id(), "Elsa") | {"personal_number": NUMBER}], **approval)
    others = desk.home(child_name="Nils Ek", child_personal_number=personal_number("20170101", 990), **approval)
    hers = desk.home(child_name="Elsa Ek", child_personal_number=NUMBER, **approval)
    named = desk.home(child_name="Elsa Ek", **approval)
    young = desk.home(age_to=10, languages=["ar"], **approval)
    hidden = desk.home(protected_identity=True, position=at, **approval)
    nowhere = desk.home(position=None, **approval)
    barred = [
        full,
        later,
        was,
        suspended,
        revoked,
        waits,
        away,
        fewer,
        host,
        heard,
        on_leave,
        with_others,
        full_of_others,
        shrinks,
        promised,
        roomy,
    ]
    unlike = [own, others, hers, named, young, hidden, nowhere, desk.home(assignments=["contact_person"])]
    return [*homes, *barred, *unlike]


def seen(found: list[dict[str, Any]]) -> list[tuple[str, int, float | None]]:
    return [(one["home_id"], one["score"], one["distance_km"]) for one in found if one["eligible"]]


@pytest.mark.parametrize("said", NEEDS.values(), ids=NEEDS)
def test_what_the_database_finds_is_what_the_rules_find(placement: Harness, desk: Desk, said: dict[str, Any]) -> None:
    homes = a_town(desk)
    request = desk.request(languages=["ar"], **said)
    desk.request(serial=981, sibling_of=request)  # a sibling who waits
    asked = desk.request(serial=987)
    desk.inquiry(asked, homes[0])  # it rests
    placement.now = datetime(2026, 5, 28, 8, tzinfo=UTC)
    need = {"placement_request_id": request}
    found = placement.do("list_candidates", page={"limit": "100"}, **need)["items"]
    desk.harness.do("send_inquiry", body={"home_id": homes[0]}, **need)
    (weighed,) = placement.do("list_weighings", **need)["items"]
    result = placement.do("get_weighing", weighing_id=weighed["id"], **need)["result"]
    assert seen(found) == seen(result)
    assert 0 < len(seen(found)) < len(homes) == len(found) == len(result)
    codes = {code for one in result for code in one["obstacles"]}
    assert codes >= {"approval_suspended", "approval_waits", "home_not_available", "host_not_consulted"}


def test_so_it_is_for_contracted_homes(placement: Harness, desk: Desk) -> None:
    homes = a_town(desk, assignments=["contracted_emergency_home"])
    ages = {"age_from": 0, "age_to": 5}
    said = {"places": 3, "starts_on": date(2026, 1, 1), "ends_on": None}
    for home, span in ((homes[0], ages), (homes[1], {**ages, "age_to": 17})):
        placement.react(CONTRACT_AGREED, {"agreement_id": new_id(), "home_id": home, **said, **span})
    need = {"placement_request_id": desk.request(assignment="contracted_emergency_home")}
    found = placement.do("list_candidates", page={"limit": "100"}, **need)["items"]
    desk.harness.do("send_inquiry", body={"home_id": homes[0]}, **need)
    (weighed,) = placement.do("list_weighings", **need)["items"]
    result = placement.do("get_weighing", weighing_id=weighed["id"], **need)["result"]
    assert seen(found) == seen(result)
    assert homes[1] in {one["home_id"] for one in found if one["eligible"]}
    assert [one["obstacles"] for one in result if one["home_id"] == homes[0]] == [["outside_contract"]]
