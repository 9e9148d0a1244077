"""One thing that every service has a part of: a work, or what all know under one id."""

import json
from typing import Any

import pytest

from gateway.client import ServiceAway
from gateway.routes import Route
from gateway.wholes import asking, forms
from gateway.wholes.joining import whole_status
from services.kernel.contracts import Operation
from services.kernel.contracts.faults import Fault, NotFound, ServiceUnavailable
from services.kernel.contracts.join import Alike, Join, OneFile, Work
from services.kernel.contracts.personal_data import PersonalDataNotReady
from services.kernel.contracts.retention import HoldsView, HoldView, RetentionPreviewView
from services.kernel.contracts.schema import load

SERVICES = ("intake", "placement")
PREVIEW = RetentionPreviewView.example
WORK = Work()


def a_route(answer: type[Any] = RetentionPreviewView, how: Join = WORK) -> Route:
    operation = Operation(
        name="look",
        route="GET /looks",
        en="",
        sv="",
        roles=frozenset({"admin"}),
        answer=answer,
        reads=True,
        shared=how,
    )
    return Route(operation=operation, parts=dict.fromkeys(SERVICES, operation))


def whole(route: Route, **answers: Any) -> Any:
    """What is answered when each service says this; the fault's code when it is refused."""

    def call(service: str) -> dict[str, Any]:
        said = answers[service]
        if isinstance(said, Fault):
            raise said
        return {"body": json.dumps(said).encode()}

    reply = asking.whole(call, route, ["admin"], limit=20)
    return reply["fault"]["code"] if "fault" in reply else json.loads(reply["body"])


class TestAWork:
    def test_it_is_as_far_as_its_parts_together_and_each_stands_beside_it(self) -> None:
        first = {**PREVIEW, "status": "finished", "done": 5, "total": 5, "ended_at": "2032-01-01T00:00:00Z"}
        second = {**PREVIEW, "status": "running", "done": 1, "total": 9, "ended_at": None}
        found = whole(a_route(), intake=first, placement=second)
        assert {name: found[name] for name in ("id", "status", "done", "total", "ended_at")} == {
            "id": PREVIEW["id"],
            "status": "running",
            "done": 6,
            "total": 14,
            "ended_at": None,
        }
        assert found["parts"] == {"intake": first, "placement": second}
        load(forms.answer_of(a_route()), found)

    @pytest.mark.parametrize(
        ("statuses", "status"),
        [
            (["finished", "finished"], "finished"),
            (["waiting", "waiting"], "waiting"),
            (["waiting", "finished"], "running"),
            (["failed", "running"], "failed"),
            (["finished", "cancelled"], "cancelled"),
        ],
    )
    def test_where_it_stands(self, statuses: list[str], status: str) -> None:
        assert whole_status(statuses) == status

    def test_without_a_part_there_is_none(self) -> None:
        assert whole(a_route(), intake=PREVIEW, placement=NotFound()) == "not_found"
        with pytest.raises(ServiceUnavailable):
            whole(a_route(), intake=PREVIEW, placement=ServiceAway())
        with pytest.raises(ServiceUnavailable):
            whole(a_route(), intake=NotFound(), placement=ServiceAway())


class TestWhatAllKnow:
    def test_it_is_listed_once(self) -> None:
        other = {**HoldView.example, "id": "other"}
        route = a_route(HoldsView, Alike(in_list=True))
        found = whole(route, intake={"items": [HoldView.example, other]}, placement={"items": [HoldView.example]})
        assert found == {"items": [HoldView.example, other]}
        load(forms.answer_of(route), found)

    def test_it_is_said_once(self) -> None:
        found = whole(a_route(HoldView, Alike()), intake=HoldView.example, placement=HoldView.example)
        assert found == HoldView.example


class TestAFile:
    ROUTE = a_route(HoldView, OneFile())

    def test_every_service_says_where_its_part_lies(self) -> None:
        said = {service: {"body": None, "etag": None, "file": {"id": service}} for service in SERVICES}
        reply = asking.whole(said.__getitem__, self.ROUTE, ["admin"], limit=20)
        assert reply == {"files": {service: {"id": service} for service in SERVICES}}

    def test_without_a_part_there_is_none(self) -> None:
        assert whole(self.ROUTE, intake=PREVIEW, placement=PersonalDataNotReady()) == "personal_data_not_ready"
        assert whole(self.ROUTE, intake=PREVIEW, placement=NotFound()) == "not_found"
        with pytest.raises(ServiceUnavailable):
            whole(self.ROUTE, intake=PREVIEW, placement=ServiceAway())
