"""The demo: one family's way from interest to pay in each of two municipalities, over HTTP like any staff app.

Everybody in it is made up; the personal numbers are test numbers (serials 980 to 999). It can be played many times.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from rich.console import Console
from rich.table import Table

from deploy.cli.demo import compensation, investigation, placement, receiver
from deploy.cli.demo.desk import DemoStopped, Desk, Token
from services.kernel.basics import clock

STORIES = (
    ("orebro", "Andersson", "Örebro", (59.27, 15.21), "Berg", 21),
    ("stockholm", "Nilsson", "Stockholm", (59.33, 18.06), "Dahl", 14),
)


def play(base: str, token: Token, console: Console) -> list[str]:
    """Plays both stories; returns every personal number that was used. Raises `DemoStopped`."""
    numbers: list[str] = []
    for municipality, family, locality, position, mentor, days in STORIES:
        desk = Desk(base, municipality, token, console, numbers)
        console.rule(f"{family} in {locality}")
        _decided(desk, days)
        with receiver.heard_by_diary(desk):
            _story(desk, family, mentor, locality, position)
    return numbers


def _story(desk: Desk, family: str, mentor: str, locality: str, position: tuple[float, float]) -> None:
    near = (position[0] + 0.05, position[1])
    experienced, mentors_adult, today = _approved_home(desk, mentor, locality, near, quiet=True)
    compensation.adopted(desk, today)
    desk.do(
        "POST",
        "/mentors",
        "coordinator",
        json={
            "home_id": experienced,
            "capacity": 10,
            "area": "norr",
            "model": "contracted" if desk.municipality == compensation.EVERY_KIND_IN else "voluntary",
            "exception_reason": "They have had assignments of another municipality for ten years.",
        },
    )
    desk.say(f"The {mentor} family has long experience and becomes a mentor family.")
    home, adult, today = _approved_home(desk, family, locality, position, quiet=False)
    placed = _placed_child(desk, home, adult, today, position)
    _mentored(desk, home, adult)
    if desk.municipality == compensation.EVERY_KIND_IN:
        compensation.contracted(desk, experienced, mentors_adult, today)
        several = _approved_home(desk, "Lund", locality, position, quiet=True, assignments=compensation.SEVERAL)
        compensation.assigned(desk, *several, position)
    _paid(desk, placed, adult, today)
    compensation.play(desk, home, adult, today)
    _moved_in(desk, home, today)
    _applied_again(desk, home, adult, family, locality, position)
    _protected(desk, home)
    other, _, today = _approved_home(desk, "Sjöberg", locality, position, quiet=True, assignments=placement.ASSIGNMENTS)
    placement.play(desk, other, today, position)


def _decided(desk: Desk, days: int) -> None:
    setting = "/settings/intake.contact_days"
    investigation.put(desk, setting, setting, {"value": days, "reason": "As the board has decided."}, role="admin")
    desk.say(f"The administrator sees to it that somebody gets in touch with a family within {days} days.")


def _approved_home(
    desk: Desk,
    family: str,
    locality: str,
    position: tuple[float, float],
    *,
    quiet: bool,
    assignments: Sequence[str] = investigation.ASSIGNMENTS,
) -> tuple[str, str, date]:
    """From the interest to the approval; returns the home, an adult's personal number, and the day it is."""
    say = (lambda _: None) if quiet else desk.say
    adults = [
        {
            "given_name": "Anna",
            "family_name": family,
            "personal_number": desk.person(date(1980, 1, 1)),
            "relation": "applicant",
        },
        {
            "given_name": "Erik",
            "family_name": family,
            "personal_number": desk.person(date(1982, 2, 14)),
            "relation": "partner",
        },
    ]
    receipt = desk.do("POST", "/applications", json=_form(adults, locality, position, assignments))
    say(
        f"Anna and Erik {family} send in their interest: reference {receipt['reference']}, "
        f"contact by {receipt['contact_by']}."
    )
    path = f"/applications/{receipt['id']}"
    desk.do("POST", f"{path}/contacts", "recruiter", json={"way": "phone", "reached": True, "note": "Want to go on."})
    desk.do("POST", f"{path}/qualify", "recruiter", json={})
    say("The recruiter rings them up, and the application goes on to an investigation.")
    today = clock.local_date(clock.instant(receipt["received_at"]))
    investigation.investigated(desk, receipt["home_id"], today, say, assignments)
    home = desk.wait_for(
        "The approved home",
        lambda: desk.ask("GET", f"/homes/{receipt['home_id']}", "caseworker").status_code == 200,
    )
    assert home  # noqa: S101  # wait_for returns what it waited for
    return receipt["home_id"], adults[0]["personal_number"], today


def _form(
    adults: list[dict[str, str]],
    locality: str,
    position: tuple[float, float],
    assignments: Sequence[str] = investigation.ASSIGNMENTS,
) -> dict[str, Any]:
    return {
        "kind": "form",
        "assignments": list(assignments),
        "adults": adults,
        "children_at_home": [{"birth_year": 2012}],
        "household_complete": True,
        "phone": "+46701740605",
        "address": {
            "street": "Storgatan 1",
            "postcode": "70210",
            "locality": locality,
            "latitude": position[0],
            "longitude": position[1],
        },
        "languages": ["sv", "ar"],
        "wishes": {"age_from": 0, "age_to": 12, "places": 2},
        "consent": True,
    }


def _placed_child(desk: Desk, home: str, adult: str, today: date, position: tuple[float, float]) -> dict[str, Any]:
    need = {
        "assignment": "family_home",
        "person": {
            "given_name": "Kim",
            "family_name": "Lind",
            "personal_number": desk.child(8, today),
            "protected_identity": False,
        },
        "needed_from": str(today),
        "urgent": False,
        "languages": ["ar"],
        "place": {"latitude": position[0] + 0.02, "longitude": position[1]},
        "needs": "A calm home near the school.",
    }
    request = desk.do("POST", "/placement-requests", "caseworker", json=need)
    path = f"/placement-requests/{request['id']}"
    suited = desk.find(f"{path}/candidates", "caseworker", lambda candidate: candidate["home_id"] == home)
    if suited is None:
        raise DemoStopped("The home is not among the candidates.")
    compared = desk.do("GET", f"{path}/candidates", "caseworker")["total"]
    reasons = ", ".join(f"{reason['code']} {reason['points']}" for reason in suited["reasons"])
    desk.say(
        f"Kim, eight years old, needs a home. {compared} homes are compared; "
        f"this one scores {suited['score']} ({reasons})."
    )
    asked = {"home_id": home, "message": "Would you take Kim?", "answer_by": f"{today + timedelta(days=3)}T18:00:00Z"}
    inquiry = desk.do("POST", f"{path}/inquiries", "caseworker", json=asked)
    desk.do("POST", f"/inquiries/{inquiry['id']}/accept", "home", personal_number=adult, sub="anna", json={})
    decided = {"authority": "committee", "decided_on": str(today), "reference": "SN 2026/112 § 41"}
    decision = {**decided, "child_assessment": "Kim knows the school, and the home has time."}
    start = {"placement_request_id": request["id"], "home_id": home, "starts_on": str(today)}
    start["care_decision"] = decision
    placement = desk.do("POST", "/placements", "caseworker", json=start)
    desk.say(f"Anna says yes with her own login, and Kim moves in on {placement['starts_on']}.")
    return placement


def _mentored(desk: Desk, home: str, adult: str) -> None:
    def offered() -> Any:
        return desk.find("/mentorships?status=offered", "coordinator", lambda item: item["home_id"] == home)

    mentorship = desk.wait_for("The mentorship", offered)
    desk.do("POST", f"/mentorships/{mentorship['id']}/accept", "home", personal_number=adult, sub="anna", json={})
    desk.say("The nearest mentor family is offered by itself, and Anna accepts.")


def _amend(desk: Desk, home: str, change: dict[str, Any]) -> dict[str, Any]:
    """What has changed in a home, and its file."""
    path = f"/home-files/{home}"
    etag = desk.ask("GET", path, "investigator").headers["ETag"]
    return desk.do("PATCH", path, "investigator", json=change, headers={"If-Match": etag})


def _moved_in(desk: Desk, home: str, today: date) -> None:
    """An adult moves in, and the approval waits until that one has been looked at."""

    def stands(state: str) -> Any:
        return desk.find("/approvals", "decider", lambda item: item["home_id"] == home and item["state"] == state)

    adult = {"given_name": "Siv", "family_name": "Lund", "relation": "lodger"}
    adult["personal_number"] = desk.person(date(1990, 6, 1))
    file = _amend(desk, home, {"adults": [adult]})
    (renewal,) = (one for one in file["investigations"] if one["kind"] == "renewal")
    if not stands("waiting"):
        raise DemoStopped("The approval does not wait.")
    whole = f"/investigations/{renewal['id']}"
    checks = investigation.checked(desk, whole, today)
    desk.do("POST", f"{whole}/proposal", "investigator", sub="ida", json={"outcome": "approve"})
    desk.do("POST", f"{whole}/decision", "decider", sub="dag", json={"outcome": "approve"})
    if not stands("valid"):
        raise DemoStopped("The approval still waits.")
    desk.say(
        f"Siv moves in: the approval waits, Kim stays, and a renewal with {checks} register checks opens by itself; "
        "when it is decided, the approval is valid again."
    )


def _applied_again(
    desk: Desk, home: str, adult: str, family: str, locality: str, position: tuple[float, float]
) -> None:
    """The family that applies again is the home that it is."""
    anna = {"given_name": "Anna", "family_name": family, "personal_number": adult, "relation": "applicant"}
    receipt = desk.do("POST", "/applications", json=_form([anna], locality, position))
    path = f"/applications/{receipt['id']}"
    known = [one["home_id"] for one in desk.do("GET", path, "recruiter")["possible_homes"]]
    if home not in known:
        raise DemoStopped("The family is not recognised.")
    desk.do("POST", f"{path}/qualify", "recruiter", json={"home_id": home})
    desk.wait_for(
        "The second investigation",
        lambda: desk.find("/investigations?status=open", "investigator", lambda item: item["home_id"] == home),
    )
    desk.say("Anna applies again and is recognised by her number: the same home is investigated, and it is one home.")


def _protected(desk: Desk, home: str) -> None:
    """The family is threatened: nobody finds it any more, but who may and says why; the log shows who has tried."""
    path, why = f"/homes/{home}", "Kim ska hämtas i kväll."

    def named(*, role: str = "caseworker", **options: Any) -> Any:
        return desk.do("GET", path, role, sub="karin", **options)["name"]

    name = named()
    _amend(desk, home, {"protected_identity": True})
    desk.wait_for("The protection", lambda: named() is None)
    opened = named(role="caseworker protected", headers={"Access-Reason": quote(why)})
    lines = desk.do("GET", f"/access-log?actor=karin&subject={home}", "auditor")["items"]
    if opened != name or [line["reason"] for line in lines[:2]] != [why, None]:
        raise DemoStopped("The protected identity is not shown, or not logged.")
    text = (
        "The family is threatened: it has no name any more. With the right to it and the reason »{}« Karin is shown it;"
    )
    desk.say(f"{text.format(why)} the log of access has both looks. Then the threat is over.")
    _amend(desk, home, {"protected_identity": False})
    desk.wait_for("The name", named)


def _paid(desk: Desk, placement: dict[str, Any], adult: str, today: date) -> None:
    def drafted() -> Any:
        items = desk.do("GET", f"/agreements?home_id={placement['home_id']}", "caseworker")["items"]
        return next((item for item in items if item["placement_id"] == placement["id"]), None)

    agreement = desk.wait_for("The agreement", drafted)
    desk.do("POST", f"/agreements/{agreement['id']}/sign", "caseworker", json={})
    desk.do("POST", f"/agreements/{agreement['id']}/sign", "home", personal_number=adult, sub="anna", json={})
    desk.say("The agreement has been drafted by itself, and is signed by the municipality and by the home.")
    month = f"{today:%Y-%m}"
    computed = desk.ask("POST", "/pay-runs", "payroll", sub="petra", json={"month": month})
    if computed.status_code == 409:
        desk.say(f"The pay run of {month} has been approved already; a later run will pay this family.")
        return
    run = computed.json()
    desk.do("POST", f"/pay-runs/{run['id']}/approve", "payroll", sub="olle", json={})
    desk.say(
        f"Petra computes the pay run of {month}, Olle approves: "
        f"{run['expected']} expected = {run['paid']} paid + {run['held']} held."
    )
    lines = desk.do("GET", f"/pay-runs/{run['id']}/lines?limit=100", "payroll")["items"]
    _print_lines(desk, [line for line in lines if line["home_id"] == placement["home_id"]], run["total"])


def _print_lines(desk: Desk, lines: list[dict[str, Any]], total: str) -> None:
    table = Table("kind", "from", "to", "amount", "explanation", title="The family's pay lines")
    for line in lines:
        table.add_row(line["kind"], line["period_from"], line["period_to"], f"{line['amount']} kr", line["explanation"])
    desk.console.print(table)
    desk.say(f"The whole run comes to {total} kr.")
