"""Intake: an application whose family has been reached."""

from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from sqlalchemy import select

from services.intake.applications.model import Application
from services.intake.contract.applications import RecordContact
from services.intake.contract.drafts import KeepDraft
from services.intake.contract.events import APPLICATION_HANDED_OVER, TRANSFER_ANSWERED, TRANSFER_RECALLED
from services.intake.contract.form import SubmitApplication
from services.intake.contract.mappings import SetImportMapping
from services.intake.contract.needs import PublishNeed
from services.intake.contract.public import SetProfile
from services.intake.contract.questions import SetQuestionSet
from services.intake.contract.transfers import TransferApplication
from services.intake.imports.commands import AT_ONCE
from services.intake.public.model import SpentChallenge
from services.intake.transfers.model import SentTransfer
from services.investigation.contract.events import HOME_CHANGED, HOME_WEEDED
from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.messages.context import Context
from services.kernel.rows.unit import Unit
from services.kernel.testing import Harness
from tests.home_changes import a_change, a_weeding, an_adult
from tests.services.intake.tables import HEADER, a_table, callbacks
from tests.tenancy.scenes import Scene

PROTECTED = "189001019851"  #: somebody who has applied for nothing


DRAFT_KEY = "the-key-of-somebodys-own-draft"


def transferred(intake: Harness) -> dict[str, Any]:
    """An application that was handed over to a neighbour, and one that came from there: what the neighbour told."""
    neighbour = intake.new_tenant()
    sent = intake.do("submit_application", body=SubmitApplication.example)
    asked = {**TransferApplication.example, "to": neighbour, "consent_given_on": "2026-01-01"}
    intake.do("transfer_application", application_id=sent["id"], body=asked)
    whole = {name: SubmitApplication.example[name] for name in ("kind", "assignments", "protected_identity")}
    told = {
        "application_id": new_id(),
        "transfer_id": new_id(),
        "municipality": neighbour,
        "sent_at": clock.now(),
        "consent_given_on": date(2026, 1, 1),
        "application": {
            **whole,
            "reference": "PQRS-TVWX-YZ23",
            "details": {**intake_details(intake, sent["id"]), "adults": []},
            "files": [],
            "reason": "They move.",
        },
    }
    intake.react(APPLICATION_HANDED_OVER, told)
    return told


def intake_details(intake: Harness, application_id: str) -> dict[str, Any]:
    """What is sealed of an application."""
    with unit_of(intake) as unit:
        return dict(unit.read(Application, application_id).details)


def unit_of(intake: Harness) -> AbstractContextManager[Unit]:
    return intake.database.unit(Context(tenant=intake.tenant, actor="", request_id="", deadline=0))


def spend_a_challenge(intake: Harness) -> None:
    with unit_of(intake) as unit:
        unit.add(SpentChallenge(id=new_id(), spent_on=unit.today))
        unit.commit()


def sent_by(intake: Harness) -> str:
    """The hand-over that was sent."""
    with unit_of(intake) as unit:
        return str(unit.session.scalars(select(SentTransfer.id)).one())


def scene(intake: Harness) -> Scene:
    application = intake.do("submit_application", body=SubmitApplication.example)
    intake.do("record_contact", application_id=application["id"], body=RecordContact.example)
    intake.do("decline_application", application_id=application["id"], body={"reason": "No room yet."})
    intake.do("reopen_application", application_id=application["id"], body={"reason": "They have room now."})
    own = {"reference": application["reference"], "phone_last_four": SubmitApplication.example["phone"][-4:]}
    intake.do("follow_application", body=own)
    intake.do("set_question_set", assignment="contact_person", body=SetQuestionSet.example, if_none_match=True)
    intake.do("set_import_mapping", source="national", body=SetImportMapping.example, if_none_match=True)
    intake.do("publish_need", need_id="teenagers", body={**PublishNeed.example, "until": None}, if_none_match=True)
    intake.do("set_profile", body=SetProfile.example, if_none_match=True)
    intake.do("keep_draft", key=DRAFT_KEY, body=KeepDraft.example, if_none_match=True)
    handed_over = transferred(intake)
    spend_a_challenge(intake)
    attached = intake.do("attach_to_application", application_id=application["id"])
    intake.react(HOME_CHANGED, a_change(new_id(), adults=[an_adult(PROTECTED)], protected_identity=True))
    sent = a_table(intake)
    intake.do("import_applications", file=sent)
    intake.pass_time(clock.now())
    intake.now = None
    waiting = intake.do("import_applications", file=a_table(intake, HEADER, *callbacks(5 * AT_ONCE)))
    return Scene(
        bodies={
            "search": {"text": "anna and"},
            "follow_application": own,
            "withdraw_own_application": own,
            "transfer_application": {
                **TransferApplication.example,
                "to": handed_over["municipality"],
                "consent_given_on": "2026-01-01",
            },
            "reopen_application": {"reason": "They have room now."},
        },
        ids={
            "source": "national",
            "need_id": "teenagers",
            "key": DRAFT_KEY,
            "transfer_id": handed_over["transfer_id"],
            "application_id": application["id"],
            "assignment": "contact_person",
            "home_id": application["home_id"],
            "attachment_id": attached["id"],
            "import_id": waiting["id"],
        },
        headers={
            "attach_to_own_application": {
                "Application-Reference": own["reference"],
                "Phone-Last-Four": own["phone_last_four"],
            }
        },
        files={"import_applications": sent},
        refused={
            "attach_to_own_application": 404,
            "follow_application": 404,
            "withdraw_own_application": 404,
            "import_applications": 503,
        },
        events={
            APPLICATION_HANDED_OVER: handed_over,
            TRANSFER_RECALLED: {"transfer_id": new_id(), "municipality": handed_over["municipality"]},
            TRANSFER_ANSWERED: {
                "transfer_id": sent_by(intake),
                "application_id": new_id(),
                "municipality": handed_over["municipality"],
                "accepted": False,
                "reason": "No need.",
            },
            HOME_CHANGED: a_change(application["home_id"]),
            HOME_WEEDED: a_weeding(application["home_id"], application_ids=[application["id"]]),
        },
        subjects={
            "contact_overdue": application["id"],
            "import_rows": waiting["id"],
            "fetch_transferred_files": handed_over["transfer_id"],
        },
    )
