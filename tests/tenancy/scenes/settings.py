"""What the kernel gives to every service: settings of the municipality's own, one changed, one that waits for another
person; an event that was told; somebody of the staff whose identity is protected; a preview of what is to be weeded,
its run, and a hold; exports of a person's own data. The settings are these tests' own, so that they are tried in each
service, whatever it declares.
"""

from dataclasses import replace
from enum import StrEnum

import psycopg
from psycopg.types.json import Jsonb

from services.investigation.contract.events import STAFF_CHANGED
from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.contracts import Setting
from services.kernel.contracts.alerts import AlertKind
from services.kernel.contracts.settings import Declared
from services.kernel.contracts.webhooks import AddWebhook
from services.kernel.files.personal_data import PersonalDataFile
from services.kernel.messages.context import Context
from services.kernel.messages.envelope import envelope
from services.kernel.rows import weeding
from services.kernel.rows.alerts import AccessAlert, AccessWatch
from services.kernel.rows.nudges import Nudge
from services.kernel.rows.personal_data import PersonalDataPage
from services.kernel.rows.retention import RetentionItem
from services.kernel.testing import Harness, a_sent_file
from tests.tenancy.scenes import Scene
from tests.unit.placement.factories import personal_number


class Answer(StrEnum):
    """What a setting of these tests may be."""

    YES = "yes"
    NO = "no"


TRIED = Setting(
    name="tried", kind=int, default=1, least=1, most=9, unit="days", en="Tried by tests.", sv="Provas av tester."
)
PAID = Setting(name="paid", kind=Answer, default=Answer.NO, en="Costs.", sv="Kostar.", needs_second_person=True)
REASON = "Because it is so here and nowhere else."


NOBODY = {"personal_number": personal_number("20110101", 989)}  #: whom nobody knows, so that nobody is protected
CHECK = {"from": "2020-01-01T00:00:00Z", "to": "2020-02-01T00:00:00Z", "note": REASON}


def declared_in(service: str) -> Declared:
    """The settings of these tests, as a service would declare them."""
    return {f"{service}.{setting.name}": setting for setting in (TRIED, PAID)}


def with_settings(harness: Harness, scene: Scene) -> Scene:
    """The scene of a service, and what is there in each."""
    tell_something(harness)
    webhook = harness.do("add_webhook", body=AddWebhook.example, actor="anna")
    tried, paid = declared_in(harness.service.name)
    body = {"value": 7, "reason": REASON}
    harness.do("change_setting", setting_name=tried, body=body, if_match="*", actor="anna")
    proposal = {"value": "yes", "reason": REASON}
    waiting = harness.do("change_setting", setting_name=paid, body=proposal, if_match="*", actor="anna")
    staff = {STAFF_CHANGED: {"staff_id": new_id(), "actor": "ivar", "protected_identity": True}}
    if STAFF_CHANGED in harness.service.reactions():
        harness.react(STAFF_CHANGED, staff[STAFF_CHANGED])
    preview, run, hold = weed_something(harness)
    export = export_something(harness)
    alert = alarm(harness)
    found = {"preview_id": preview, "run_id": run, "hold_id": hold, "access_alert_id": alert, "export_id": export}
    return replace(
        scene,
        events={**scene.events, **staff},
        ids={
            **scene.ids,
            "setting_name": tried,
            "setting_change_id": waiting["id"],
            "webhook_id": webhook["id"],
            **found,
        },
        bodies={
            **scene.bodies,
            "change_setting": {"value": 3, "reason": "Another one."},
            "run_retention": {"preview_id": preview, "reason": "Because."},
            "settle_access_alert": {"note": REASON},
            "record_access_review": {**CHECK, "note": "Another one."},
        },
        refused={**scene.refused, "run_retention": 422},
        subjects={
            **scene.subjects,
            "deliver_webhook": webhook["id"],
            "tell_webhooks": "1",
            "send_nudge": nudge_somebody(harness),
            "look_through": preview,
            "weed_files": run,
            "gather_personal_data": export,
        },
        everywhere=scene.everywhere | {"get_setting", "change_setting", "record_access_review"},
        texts=(*scene.texts, REASON),
    )


def weed_something(harness: Harness) -> tuple[str, str, str]:
    """A preview, its run and a hold; the list of what is due, and what is gone, hold something."""
    preview = harness.do("preview_retention", actor="anna")["id"]
    run = harness.do("run_retention", body={"preview_id": preview, "reason": REASON}, actor="bo")["id"]
    hold = harness.do("place_hold", body={"subject": new_id(), "reason": REASON})["id"]
    context = Context(tenant=harness.tenant, actor="", request_id="", deadline=0)
    with harness.database.unit(context) as unit:
        unit.add(RetentionItem(id=new_id(), preview_id=preview, rank=9, kind="none", finish_by=unit.today))
        weeding.remember(unit, {new_id(): 0})
        unit.commit()
    return preview, run, hold


def export_something(harness: Harness) -> str:
    """An export that is finished and has its file, and a page of another, which has none yet; the id of the first."""
    done, begun = (str(harness.do("export_personal_data", body=NOBODY)["id"]) for _ in range(2))
    context = Context(tenant=harness.tenant, actor="anna", request_id="", deadline=0)
    with harness.database.unit(context) as unit:
        unit.add(PersonalDataPage(id=new_id(), export_id=begun, items=[]))
        unit.add(PersonalDataFile.of(a_sent_file(media_type="application/json"), unit, beside=(), export_id=done))
        unit.commit()
    return done


def nudge_somebody(harness: Harness) -> str:
    """A nudge that waits; the subject of its duty."""
    named = {"kind": "thing", "subject": new_id(), "home_id": new_id(), "recipient": new_id(), "is_urgent": True}
    context = Context(tenant=harness.tenant, actor="", request_id="", deadline=0)
    with harness.database.unit(context) as unit:
        row = Nudge(id=new_id(), way="sms", address="+46701740605", state="waiting", planned_at=unit.now, **named)
        unit.add(row)
        unit.commit()
        return row.slot


def alarm(harness: Harness) -> str:
    """Something unusual in the log, and a check of it."""
    context = Context(tenant=harness.tenant, actor="", request_id="", deadline=0)
    named = {"kind": AlertKind.AT_NIGHT, "actor": "bo", "actor_name": None, "count": 1, "subjects": []}
    with harness.database.unit(context) as unit:
        unit.ensure(AccessWatch, "log")
        alert = AccessAlert(id=new_id(), happened_on=unit.today, raised_at=unit.now, changed_at=unit.now, **named)
        unit.add(alert)
        unit.commit()
    harness.do("record_access_review", body=CHECK, actor="revisor")
    return f"{harness.service.name}.{alert.id}"


def tell_something(harness: Harness) -> None:
    """An event of the service's own among what was told, with nothing in it but its subject."""
    event = next(iter(harness.service.events().values()))
    context = Context(tenant=harness.tenant, actor="anna", request_id="", deadline=0)
    now = harness.now or clock.now()
    told = envelope(event, context, version=1, data={event.subject: new_id()}, now=now)
    with psycopg.connect(harness.relay_url, autocommit=True) as relay:
        relay.execute(
            "insert into told (tenant, routing_key, told_at, envelope) values (%s, %s, %s, %s)",
            (harness.tenant, event.routing_key, now, Jsonb(told)),
        )
