"""Mentorship: a mentor with a network, a home in it, and one of everything that they have to do with each other."""

from datetime import UTC, date, datetime
from typing import Any

from services.compensation.contract.events import AGREEMENT_SIGNED
from services.investigation.contract.events import (
    APPROVAL_EXPIRED,
    APPROVAL_REINSTATED,
    APPROVAL_REVOKED,
    APPROVAL_SUSPENDED,
    HOME_APPROVED,
    HOME_CHANGED,
    HOME_WEEDED,
)
from services.kernel.basics.ids import new_id
from services.kernel.messages.context import Context
from services.kernel.testing import Harness
from services.mentorship.messages.commands import change_team
from services.mentorship.model import InvitationRun
from services.placement.contract.events import (
    OTHERS_CHILDREN_SAID,
    PLACEMENT_ENDED,
    PLACEMENT_STARTED,
    PLACEMENT_WEEDED,
    TEAM_CHANGED,
)
from tests.home_changes import a_change, a_weeding
from tests.services.mentorship.conftest import a_start, an_adult, an_approval, approve_home, register
from tests.tenancy.scenes import ANNA, NEIGHBOUR, Scene

SUMMER = datetime(2026, 8, 1, 8, tzinfo=UTC)
AUTUMN = datetime(2026, 9, 6, 8, tzinfo=UTC)  #: when what was planned in summer has been
FOR_CONTACT_FAMILIES = {"assignments": ["contact_family"]}


def scene(mentorship: Harness) -> Scene:
    mentorship.now = SUMMER
    mentor = register(mentorship, approve_home(mentorship, **FOR_CONTACT_FAMILIES))
    anna = an_adult(ANNA)
    approval = an_approval(adults=[anna], **FOR_CONTACT_FAMILIES)
    mentorship.react(HOME_APPROVED, approval)
    home = str(approval["home_id"])
    turned = {"approval_id": approval["approval_id"], "home_id": home, "on": date(2026, 8, 1)}
    approve_home(mentorship, adult=NEIGHBOUR)
    started = a_start(home, assignment="contact_family")
    mentorship.react(PLACEMENT_STARTED, started)
    waiting = a_start(approve_home(mentorship))
    mentorship.react(PLACEMENT_STARTED, waiting)
    own, other = sorted(
        mentorship.do("list_mentorships", roles=["coordinator"])["items"], key=lambda one: one["home_id"] != home
    )
    ids = {"home_id": home, "mentor_id": mentor["id"], "mentorship_id": own["id"]}
    mentorship.do("accept_mentorship", mentorship_id=own["id"])
    ids |= contact_of(mentorship, own["id"])
    ids |= gathering_of(mentorship, mentor["id"], home)
    ids |= respite_of(mentorship, home)
    ids |= course_of(mentorship, home)
    ids |= survey_of(mentorship)
    ids |= thread_of(mentorship, home)
    return Scene(
        ids={**ids, "period": "2026-01-01--2026-12-31"},
        bodies=bodies_of(home, mentor["home_id"], approve_home(mentorship), ids),
        everywhere=frozenset({"export_mentorship_report"}),
        refused=dict.fromkeys(_REFUSED, 422),
        subjects={
            "invite_homes": run_of(mentorship, ids["gathering_id"]),
            **dict.fromkeys(("tell_invited", "remind_to_answer", "remind_of_gathering"), ids["gathering_id"]),
            "message_unanswered": ids["thread_id"],
            "team_leaves": started["placement_id"],
        },
        events={
            AGREEMENT_SIGNED: {
                "agreement_id": new_id(),
                "placement_id": "",
                "home_id": mentor["home_id"],
                "signed_on": date(2026, 8, 1),
                "kind": "mentor",
            },
            HOME_APPROVED: an_approval(home_id=home, adults=[anna], **FOR_CONTACT_FAMILIES),
            **dict.fromkeys((APPROVAL_SUSPENDED, APPROVAL_REINSTATED, APPROVAL_REVOKED), turned),
            APPROVAL_EXPIRED: {
                **{name: turned[name] for name in ("approval_id", "home_id")},
                "valid_until": date(2028, 4, 30),
            },
            OTHERS_CHILDREN_SAID: {"home_id": home, "children": 1},
            TEAM_CHANGED: {"placement_id": started["placement_id"], "home_id": home, "members": ["anna"]},
            HOME_CHANGED: a_change(home, adults=[anna]),
            HOME_WEEDED: a_weeding(approve_home(mentorship)),
            PLACEMENT_STARTED: a_start(home),
            PLACEMENT_ENDED: {
                "placement_id": started["placement_id"],
                "home_id": other["home_id"],
                "ends_on": date(2028, 1, 1),
            },
            PLACEMENT_WEEDED: waiting,
        },
    )


_REFUSED = ("register_mentor", "offer_mentorship", "ask_respite", "open_thread", "answer_survey")


def bodies_of(home: str, mentors: str, spare: str, ids: dict[str, str]) -> dict[str, Any]:
    """Bodies that name things of the municipality: Anna's home, its mentor's, and one that has nothing yet."""
    by_home = {"home_id": home}
    return {
        "search": {"text": ANNA},
        "register_mentor": {"home_id": home, "capacity": 10, "area": "norr", "paused": False},
        "offer_mentorship": {"home_id": spare, "mentor_id": None},
        "log_contact": {"on": "2026-08-01", "way": "phone", "part_of_day": "day", "minutes": 5},
        "reply_to_gathering": {**by_home, "attending": True, "adults": 1, "children": 0},
        "record_attendance": {"homes": [{**by_home, "adults": 1, "children": 0}]},
        "invite_to_gathering": {"home_id": spare},
        "ask_respite": {**RESPITE, **by_home, "starts_on": "2026-10-02", "ends_on": "2026-10-04"},
        "offer_respite": by_home,
        "accept_respite": by_home,
        "enrol_in_course": {"home_id": mentors, "adults": 1},
        "record_course_attendance": {"held_on": "2026-09-05", "homes": [{**by_home, "attended": True}]},
        "open_thread": {**by_home, "subject": "Hej", "text": "Hej"},
        "send_message": {"text": "Hej", "attachment_ids": [ids["thread_attachment_id"]]},
        "open_survey": {"questions": ["Ett", "Två", "Tre", "Fyra", "Fem"], "closes_on": "2026-12-31"},
        "answer_survey": {"reference": "A" * 24, "answers": [1, 2, 3, 4, 5]},
    }


RESPITE = {"starts_on": "2026-09-03", "ends_on": "2026-09-05", "children": 1, "age_from": 7, "age_to": 7}


def contact_of(mentorship: Harness, mentorship_id: str, **by: Any) -> dict[str, str]:
    """A contact after which somebody wishes for more."""
    body = {"on": "2026-08-01", "way": "visit", "part_of_day": "evening", "minutes": 60, "follow_up": True}
    made = mentorship.do("log_contact", mentorship_id=mentorship_id, body=body, **by)
    return {"contact_id": made["id"]}


def gathering_of(mentorship: Harness, mentor_id: str, home: str, **by: Any) -> dict[str, str]:
    """A gathering to which a mentor's homes are invited, and the private calendar of one."""
    body = {
        "kind": "meeting",
        "title": "Fika",
        "place": "Biblioteket",
        "seats_adults": 10,
        "seats_children": 10,
        "starts_at": "2026-09-05T10:00:00Z",
        "ends_at": "2026-09-05T12:00:00Z",
        "answer_by": "2026-08-25T22:00:00Z",
        "invite": {"mentor_id": mentor_id},
    }
    made = mentorship.do("plan_gathering", body=body, **by)
    mentorship.pass_time(SUMMER)
    opened = mentorship.do("open_calendar", home_id=home, roles=["coordinator"])
    return {"gathering_id": made["id"], "calendar_key": opened["path"].rpartition("/")[2]}


def run_of(mentorship: Harness, gathering_id: str) -> str:
    """The invitations to a gathering, as long work."""
    context = Context(tenant=mentorship.tenant, actor="", request_id="", deadline=0)
    with mentorship.database.unit(context) as unit:
        runs = unit.session.query(InvitationRun).filter_by(gathering_id=gathering_id)
        return str(runs.one().id)


def respite_of(mentorship: Harness, home: str, **by: Any) -> dict[str, str]:
    """Respite that a home's mentor has been asked for."""
    made = mentorship.do("ask_respite", body={**RESPITE, "home_id": home}, roles=["coordinator"], **by)
    return {"respite_id": made["id"]}


COURSE = {
    "kind": "course",
    "title": "Grundutbildning",
    "seats": 10,
    "for_assignments": ["contact_family"],
    "starts_at": "2026-09-05T08:00:00Z",
    "ends_at": "2026-09-05T15:00:00Z",
}


def course_of(mentorship: Harness, home: str) -> dict[str, str]:
    """A course for contact families that a home has attended."""
    made = mentorship.do("plan_course", body=COURSE)
    call = {"course_id": made["id"], "roles": ["coordinator"]}
    enrolled = mentorship.do("enrol_in_course", body={"home_id": home, "adults": 1}, **call)
    mentorship.now = AUTUMN
    present = {"held_on": "2026-09-05", "homes": [{"home_id": home, "attended": True}]}
    mentorship.do("record_course_attendance", body=present, **call)
    mentorship.now = SUMMER
    return {"course_id": made["id"], "enrolment_id": enrolled["id"]}


def survey_of(mentorship: Harness) -> dict[str, str]:
    """Two surveys: of one Anna has had her reference, the other is open to her."""
    body = {"questions": ["Ett", "Två", "Tre", "Fyra", "Fem"], "closes_on": "2026-12-31"}
    first, second = (mentorship.do("open_survey", body=body) for _ in range(2))
    mentorship.do("take_survey_reference", survey_id=first["id"], roles=["home"], personal_number=ANNA)
    return {"survey_id": second["id"]}


def thread_of(mentorship: Harness, home: str) -> dict[str, str]:
    """A thread of Anna's home, with a file, that its team has to answer."""
    anna: dict[str, Any] = {"roles": ["home"], "personal_number": ANNA}
    made = mentorship.do("open_thread", body={"home_id": home, "subject": "Hej", "text": "Hej"}, **anna)
    file = mentorship.do("attach_to_thread", thread_id=made["id"], **anna)
    context = Context(tenant=mentorship.tenant, actor="", request_id="", deadline=0)
    with mentorship.database.unit(context, now=mentorship.now) as unit:
        change_team(unit, "placement", home, ["anna"])
        unit.commit()
    return {"thread_id": made["id"], "thread_attachment_id": file["id"]}
