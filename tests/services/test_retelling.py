"""What a service tells again from its rows is what it told when it happened, as long as nothing has changed since."""

import importlib
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from services.investigation.contract.concerns import ReportConcern, SettleConcern
from services.kernel.messages.broker import Line, Message
from services.kernel.messages.context import Context
from services.kernel.messages.envelope import read_data
from services.kernel.process.service import Service
from services.kernel.testing import Harness
from services.kernel.work.retelling import FromRows, Retelling
from tests.conftest import Urls
from tests.contract.house import SERVICES
from tests.services.investigation.conftest import approve as approve_home
from tests.services.investigation.conftest import make_ready, open_one
from tests.services.placement.conftest import Desk
from tests.tenancy.scenes import Scene


class Kept(Line):
    """A broker that keeps what it is given."""

    def __init__(self) -> None:
        super().__init__("")
        self.events: list[dict[str, Any]] = []

    def publish_confirmed(self, messages: Sequence[Message]) -> None:
        self.events += [json.loads(message.body) for message in messages]


def qualify(intake: Harness, scene: Scene) -> None:
    intake.do("qualify_application", application_id=scene.ids["application_id"])


def expire(investigation: Harness, _scene: Scene) -> None:
    for changes in (["revoke"], ["suspend", "reinstate"]):
        opened = make_ready(investigation, open_one(investigation, assignments=["emergency_home"]))
        approve_home(investigation, opened, assignments=["emergency_home"])
        approval = next(one for one in investigation.do("list_approvals")["items"] if one["state"] == "valid")
        for change in changes:
            which = {"approval_id": approval["id"], "body": {"reason": "So."}}
            investigation.do(f"{change}_approval", **which)
    body = {**ReportConcern.example, "home_id": approval["home_id"]}
    concern = investigation.do("report_concern", body=body, actor="karin")["id"]
    investigation.do("settle_concern", concern_id=concern, body=SettleConcern.example, actor="ivar")
    investigation.pass_time(datetime(2029, 1, 1, tzinfo=UTC))


def end(placement: Harness, scene: Scene) -> None:
    desk = Desk(placement)
    cancelled = desk.placed(desk.home(), born="20160229", starts_on="2026-07-10")
    placement.now = datetime(2026, 6, 20, 8, tzinfo=UTC)
    team = {"family_home_worker": "fatima", "child_social_worker": "karin"}
    placement.do("set_team", placement_id=scene.ids["placement_id"], body=team, if_match="*")
    considered = {"kind": "care_consideration", "held_on": "2026-06-19"}
    placement.do("record_review", placement_id=scene.ids["placement_id"], body=considered)
    placement.do("confirm_visit", visit_id=scene.ids["visit_id"])
    placement.do("set_others_children", home_id=scene.ids["home_id"], body={"children": 1}, if_match="*")
    body = {"ends_on": "2026-07-01", "reason": "moved_home"}
    placement.do("end_placement", placement_id=scene.ids["placement_id"], body=body)
    placement.do("end_placement", placement_id=cancelled, body=body)


def give(mentorship: Harness, scene: Scene) -> None:
    which = {"respite_id": scene.ids["respite_id"], "roles": ["coordinator"]}
    (asked,) = mentorship.do("get_respite", **which)["offers"]
    body = {"home_id": asked["home_id"]}
    mentorship.do("offer_respite", body=body, **which)
    mentorship.do("accept_respite", body=body, **which)
    mentorship.now = datetime(2026, 9, 6, tzinfo=UTC)
    mentorship.do("complete_respite", **which)
    mentorship.do("end_mentorship", mentorship_id=scene.ids["mentorship_id"], roles=["coordinator"])


def nothing_more(_harness: Harness, _scene: Scene) -> None:
    """The scene has it all."""


HAPPENS = {
    "intake": qualify,
    "investigation": expire,
    "placement": end,
    "mentorship": give,
    "compensation": nothing_more,
}


def still_holding(service: type[Service], told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of events that state one thing of a subject the newest: the others are not told again."""
    aspects = {event.type: event.aspect for event in service.events().values()}
    newest: dict[tuple[str, str], int] = {}
    for one in told:
        stated = aspects[one["type"]], one["subject"]
        newest[stated] = max(newest.get(stated, 0), one["subjectversion"])
    return [one for one in told if one["subjectversion"] == newest[aspects[one["type"]], one["subject"]]]


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_made_from_rows_is_what_was_told(
    harness_of: Callable[[type[Service]], Harness], database_of: Callable[[str], Urls], name: str
) -> None:
    harness = harness_of(SERVICES[name])
    HAPPENS[name](harness, importlib.import_module(f"tests.tenancy.scenes.{name}").scene(harness))
    with psycopg.connect(database_of(name).admin, autocommit=True) as admin:
        told = [
            envelope
            for (envelope,) in admin.execute(
                "delete from outbox where tenant = %s returning envelope", (harness.tenant,)
            ).fetchall()
        ]
    told = still_holding(SERVICES[name], told)
    for key, how in SERVICES[name].retellings().items():
        if not isinstance(how, FromRows):
            continue
        event, line = SERVICES[name].events()[key], Kept()
        retelling = Retelling(
            event,
            how,
            reader="nobody",
            database=harness.database,
            relay_url=harness.relay_url,
            line=line,
            now=harness.now,
        )
        list(retelling.run([harness.tenant]))
        with harness.database.unit(Context(tenant=harness.tenant, actor="", request_id="", deadline=0), reads=True):
            was = {one["subject"]: read_data(event, one) for one in told if one["type"] == event.type}
            made = {one["subject"]: read_data(event, one) for one in line.events}
        assert was, f"let it happen here: {event.type}"
        assert made == was
        assert len(line.events) == len(made)
