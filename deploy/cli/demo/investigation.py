"""The demo's investigations: the way to an approval, and what does not go as everybody hoped: a remark, a refusal, a
concern, an approval that ends.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from rich.console import Console

from deploy.cli.demo.desk import DemoStopped, Desk
from deploy.cli.platform import Platform
from deploy.cli.steps import OnStep, silent
from services.kernel.basics import clock

AREAS = ("housing", "economy", "network", "age", "experience", "health", "family_situation")
ASSIGNMENTS = ("family_home", "emergency_home")
THREE_WEEKS = timedelta(days=21)


def play(platform: Platform, console: Console, *, on_step: OnStep = silent) -> list[str]:
    """Plays it in Örebro; returns every personal number that was used. Raises `DemoStopped`."""
    desk = Desk(platform.gateway_url, "orebro", platform.token, console)
    console.rule("What an investigation finds in Örebro")
    with platform.earlier(THREE_WEEKS, on_step=on_step):
        desk.say("It is three weeks ago.")
        short = _short_approval(desk)
    desk.say("It is today again.")
    _expired(desk, short)
    _remarked(desk)
    _refused(desk)
    return desk.numbers


def _short_approval(desk: Desk) -> str:
    """A home that is approved for a week; its id."""
    home, today = _applied(desk, "Ek")
    path = _opened(desk, home)
    _ready(desk, path, today)
    until = today + timedelta(days=7)
    _approved(desk, path, today, valid_until=str(until))
    desk.say(f"The Ek family is approved for one summer week: until {until}.")
    return home


def _expired(desk: Desk, home: str) -> None:
    approval = _approval(desk, home)
    if approval["state"] != "expired":
        raise DemoStopped("The approval has not ended.")
    desk.say(f"Its last day has passed: the approval is {approval['state']}, and nobody is placed there any more.")


def _remarked(desk: Desk) -> None:
    """A remark that a person assesses, and a concern about the home that comes of it all the same."""
    home, today = _applied(desk, "Holm")
    path = _opened(desk, home)
    _ready(desk, path, today)
    check = desk.do("GET", path, "investigator")["register_checks"][0]
    remark = {"status": "remark", "checked_on": str(today), "assessment": "One fine, long ago: nothing for a child."}
    put(desk, f"{path}/register-checks/{check['id']}", path, remark)
    desk.say("The police's register has a remark about Anna Holm. Ida assesses it; nothing else of it is written down.")
    _approved(desk, path, today)
    said = {"home_id": home, "kind": "care", "source": "child_social_worker", "text": "The child comes without lunch."}
    concern = desk.do("POST", "/concerns", "caseworker", sub="karin", json=said)
    desk.say("The home is approved. Then a child's social worker is worried: Karin writes the concern down.")
    settled = {"outcome": "suspended", "text": "It is true; a visit every week until it is better."}
    if desk.ask("POST", f"/concerns/{concern['id']}/settle", "decider", sub="karin", json=settled).status_code != 403:
        raise DemoStopped("Who wrote a concern down could settle it.")
    desk.do("POST", f"/concerns/{concern['id']}/settle", "decider", sub="dag", json=settled)
    approval = _approval(desk, home)
    desk.say(f"Another person looks into it: the approval is {approval['state']}, and whoever lives there stays.")
    better = {"reason": "Four visits: it is well again."}
    approval = desk.do("POST", f"/approvals/{approval['id']}/reinstate", "decider", sub="dag", json=better)
    desk.say(f"After four visits it is {approval['state']} again; why it was not stays in the file.")


def _refused(desk: Desk) -> None:
    home, today = _applied(desk, "Ask")
    path = _opened(desk, home)
    _ready(desk, path, today)
    not_met = {"rating": "not_met", "note": "One room for five.", "risk_factors": ["No room of the child's own"]}
    put(desk, f"{path}/assessments/housing", path, not_met)
    refusal = {"outcome": "reject", "reasons": "There is no room for one more."}
    desk.do("POST", f"{path}/proposal", "investigator", sub="ida", json=refusal)
    desk.do("POST", f"{path}/decision", "decider", sub="dag", json=refusal)
    desk.do("POST", f"{path}/told", "investigator", sub="ida", json={"told_on": str(today), "way": "meeting"})
    pdf = desk.ask("GET", f"{path}/document", "decider")
    desk.say(
        "The Ask family has no room for one more: it is refused, and told why at a meeting. "
        f"The whole investigation is a document that the committee reads ({len(pdf.content)} bytes)."
    )


def _applied(desk: Desk, family: str) -> tuple[str, date]:
    """A family that has been rung up; its home and the day it is."""
    anna = {"given_name": "Anna", "family_name": family, "personal_number": desk.person(date(1984, 5, 1))}
    form = {
        "kind": "form",
        "assignments": ["family_home"],
        "adults": [{**anna, "relation": "applicant"}],
        "household_complete": True,
        "phone": "+46701740606",
        "address": {"street": "Storgatan 3", "postcode": "70210", "locality": "Örebro"},
        "consent": True,
    }
    receipt = desk.do("POST", "/applications", json=form)
    path = f"/applications/{receipt['id']}"
    desk.do("POST", f"{path}/contacts", "recruiter", json={"way": "phone", "reached": True, "note": "Go on."})
    desk.do("POST", f"{path}/qualify", "recruiter", json={})
    return receipt["home_id"], clock.local_date(clock.instant(receipt["received_at"]))


def _opened(desk: Desk, home_id: str) -> str:
    """The path of the investigation that opens by itself."""

    def opened() -> Any:
        return desk.find("/investigations?status=open", "investigator", lambda item: item["home_id"] == home_id)

    return f"/investigations/{desk.wait_for('The investigation', opened)['id']}"


def _ready(desk: Desk, path: str, today: date) -> None:
    checked(desk, path, today)
    for area in AREAS:
        put(desk, f"{path}/assessments/{area}", path, {"rating": "met"})
    met(desk, path, today)


def _approved(desk: Desk, path: str, today: date, **bounds: Any) -> None:
    body = {**proposal(today), "assignments": ["family_home"], **bounds}
    desk.do("POST", f"{path}/proposal", "investigator", sub="ida", json=body)
    desk.do("POST", f"{path}/decision", "decider", sub="dag", json={"outcome": "approve", "reasons": "As proposed."})


def _approval(desk: Desk, home_id: str) -> dict[str, Any]:
    found = desk.find("/approvals", "decider", lambda item: item["home_id"] == home_id)
    if found is None:
        raise DemoStopped("There is no approval.")
    return found


def investigated(
    desk: Desk, home_id: str, today: date, say: Callable[[str], None], assignments: Sequence[str] = ASSIGNMENTS
) -> None:
    """From the investigation that has opened by itself to the approval."""

    def opened() -> Any:
        return desk.find("/investigations?status=open", "investigator", lambda item: item["home_id"] == home_id)

    path = f"/investigations/{desk.wait_for('The investigation', opened)['id']}"
    refused = desk.ask("POST", f"{path}/proposal", "investigator", json=proposal(today))
    blockers = refused.json().get("blockers", [])
    say(f"The investigation opens by itself. To propose an approval now is refused: {len(blockers)} blockers.")
    checks = checked(desk, path, today)
    for area in AREAS:
        put(desk, f"{path}/assessments/{area}", path, {"rating": "met", "note": "Seen on two home visits."})
    say(f"{checks} register checks of both adults are clear, and the seven areas are assessed.")
    met(desk, path, today)
    say("The home is visited, the adults are interviewed, and somebody has given a reference on each.")
    proposed = {**proposal(today), "assignments": list(assignments), "places": len(assignments)}
    desk.do("POST", f"{path}/proposal", "investigator", sub="ida", json=proposed)
    desk.do("POST", f"{path}/decision", "decider", sub="dag", json={"outcome": "approve", "reasons": "A stable home."})
    say("Ida proposes, Dag decides: approved for two children of 0 to 12 years.")


def checked(desk: Desk, path: str, today: date) -> int:
    """Records every register check of an investigation as clear; how many there are."""
    checks = desk.do("GET", path, "investigator")["register_checks"]
    for check in checks:
        clear = {"status": "clear", "checked_on": str(today), "assessment": ""}
        put(desk, f"{path}/register-checks/{check['id']}", path, clear)
    return len(checks)


def met(desk: Desk, path: str, today: date) -> None:
    """The steps that a family home's investigation can not be without."""
    for step in ("home_visit", "interview_together"):
        held = {"step": step, "held_on": str(today), "place": "At home", "notes": "Calm and open."}
        desk.do("POST", f"{path}/meetings", "investigator", sub="ida", json=held)
    for adult in desk.do("GET", path, "investigator")["adults"]:
        said = {"name": "Gunilla Gran", "relation": "Colleague", "way": "phone", "summary": "Patient and reliable."}
        reference = {**said, "adult_id": adult["id"], "given_on": str(today)}
        desk.do("POST", f"{path}/references", "investigator", sub="ida", json=reference)


def proposal(today: date) -> dict[str, Any]:
    """What is proposed of a home with room for two."""
    return {
        "outcome": "approve",
        "assignments": list(ASSIGNMENTS),
        "age_from": 0,
        "age_to": 12,
        "places": 2,
        "child_name": None,
        "conditions": "",
        "valid_until": str(today + timedelta(days=700)),
        "reasons": "Warm, stable, close to school.",
        "experience": {"kind": "other", "text": "She has worked with small children for ten years."},
    }


def put(desk: Desk, path: str, whole: str, body: dict[str, Any], *, role: str = "investigator") -> None:
    """A change under the ETag of the whole."""
    etag = desk.ask("GET", whole, role).headers["ETag"]
    desk.do("PUT", path, role, json=body, headers={"If-Match": etag})
