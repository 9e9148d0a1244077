"""R17: what matching came to is kept with the need as it was on the day on which a home was asked."""

from datetime import UTC, date, datetime

from services.kernel.testing import Harness
from tests.services.placement.conftest import Desk


class TestWeighing:
    def test_every_home_is_kept_as_it_stood_when_one_was_asked(self, placement: Harness, desk: Desk) -> None:
        fit, other = desk.home(), desk.home(assignments=["contact_family"])
        request = desk.request()
        assert placement.do("list_weighings", placement_request_id=request)["total"] == 0
        desk.inquiry(request, fit)
        (listed,) = placement.do("list_weighings", placement_request_id=request)["items"]
        assert (listed["weighed_on"], listed["can_take"], listed["can_not"]) == ("2026-05-20", 1, 1)
        kept = placement.do("get_weighing", placement_request_id=request, weighing_id=listed["id"])["result"]
        assert [(one["home_id"], one["eligible"], one["obstacles"]) for one in kept] == [
            (fit, True, []),
            (other, False, ["no_valid_approval"]),
        ]
        assert {"code": "rotation", "points": 5} in kept[0]["reasons"]  # nobody had asked it before

    def test_it_stays_as_it_was_and_is_one_a_day(self, placement: Harness, desk: Desk) -> None:
        first, second = desk.home(), desk.home(valid_until=date(2026, 6, 2))
        request = desk.request()
        desk.inquiry(request, first)
        desk.inquiry(request, second)
        placement.now = datetime(2026, 6, 3, 8, tzinfo=UTC)
        third = desk.home()
        body = {"home_id": third}
        placement.do("send_inquiry", placement_request_id=request, body=body)
        listed = placement.do("list_weighings", placement_request_id=request)["items"]
        assert [(one["weighed_on"], one["can_take"], one["can_not"]) for one in listed] == [
            ("2026-06-03", 2, 1),
            ("2026-05-20", 2, 0),
        ]

    def test_of_another_request_or_municipality_it_is_not_there(self, placement: Harness, desk: Desk) -> None:
        request, other = desk.request(), desk.request(serial=981)
        desk.inquiry(request, desk.home())
        weighing = placement.do("list_weighings", placement_request_id=request)["items"][0]["id"]
        call = {"placement_request_id": request, "weighing_id": weighing}
        assert placement.code("get_weighing", **{**call, "placement_request_id": other}) == (404, "not_found")
        assert placement.code("get_weighing", tenant=placement.new_tenant(), **call) == (404, "not_found")
        assert placement.code("get_weighing", roles=["home"], **call) == (403, "missing_role")
