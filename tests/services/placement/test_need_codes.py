"""R16: needs have the codes of the municipality's own list, and no others."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from services.kernel.testing import Harness
from tests.services.placement.conftest import Desk

SAID: dict[str, Any] = {
    "codes": [{"code": "allergy", "sv": "Allergi"}, {"code": "quiet", "sv": "Lugn miljö"}],
    "reason": "Nämndens beslut den 2 maj.",
}


def codes(placement: Harness) -> list[str]:
    return [one["code"] for one in placement.do("get_need_codes")["codes"]]


def test_where_nobody_has_said_any_the_usual_ones_hold(placement: Harness, desk: Desk) -> None:
    assert "night_care" in codes(placement)
    assert placement.do("get_need_codes")["history"] == []
    desk.request(need_codes=["night_care"])


def test_the_municipalitys_own_hold_from_then_on_and_each_list_stays(placement: Harness, desk: Desk) -> None:
    before = desk.request(need_codes=["night_care"])
    etag = placement.etag("get_need_codes")
    placement.do("set_need_codes", body=SAID, if_match=etag, actor="karin")
    assert codes(placement) == ["allergy", "quiet"]
    assert placement.code("set_need_codes", body=SAID, if_match=etag) == (412, "stale")
    placement.do("set_need_codes", body={**SAID, "codes": SAID["codes"][:1]}, if_match="*")
    history = placement.do("get_need_codes")["history"]
    assert [(len(one["codes"]), one["by"]) for one in history] == [(1, "anna"), (2, "karin")]
    assert placement.do("get_placement_request", placement_request_id=before)["need_codes"] == ["night_care"]


def test_a_code_outside_the_list_is_a_problem(placement: Harness, desk: Desk) -> None:
    placement.do("set_need_codes", body=SAID, if_match="*")
    desk.request(need_codes=["allergy"])
    body = {"needed_from": "2026-06-01", "assignment": "family_home", "need_codes": ["allergy", "night_care"]}
    person = placement.do("list_placement_requests")["items"][0]["id"]
    whole = placement.do("get_placement_request", placement_request_id=person)
    fault = placement.refusal("open_placement_request", body={**body, "person": whole["person"]})
    assert [(one["pointer"], one["code"]) for one in fault["errors"]] == [("/need_codes/1", "need_code_unknown")]
    assert placement.do("list_placement_requests")["total"] == 1


def test_wrong_lists_other_roles_and_other_municipalities(placement: Harness) -> None:
    twice = {**SAID, "codes": [*SAID["codes"], SAID["codes"][0]]}
    fault = placement.refusal("set_need_codes", body=twice, if_match="*")
    assert [(one["pointer"], one["code"]) for one in fault["errors"]] == [("/codes/2/code", "need_code_twice")]
    assert placement.code("set_need_codes", body=SAID, if_match="*", roles=["caseworker"]) == (403, "missing_role")
    placement.do("set_need_codes", body=SAID, if_match="*")
    other = placement.do("get_need_codes", tenant=placement.new_tenant())
    assert other["history"] == []


def test_of_two_who_set_it_at_once_one_is_told_that_it_is_stale(placement: Harness) -> None:
    etag = placement.etag("get_need_codes")
    with ThreadPoolExecutor(2) as pool:
        replies = [pool.submit(placement.reply, "set_need_codes", body=SAID, if_match=etag) for _ in range(2)]
    assert sorted("body" in one.result() for one in replies) == [False, True]
