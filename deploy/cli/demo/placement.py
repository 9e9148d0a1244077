"""The demo's part of placement: siblings, a home that is nudged and says no, a call at night, a chair's urgent
decision and the committee's after it, a call to a home that is contracted and must say yes, and an approval that is
revoked while children live there.
"""

from datetime import date, timedelta
from typing import Any

from deploy.cli.demo.desk import Desk
from deploy.cli.demo.investigation import put

#: As what the home is approved, with a place for each.
ASSIGNMENTS = ("family_home", "emergency_home", "contracted_emergency_home")


def play(desk: Desk, home: str, today: date, position: tuple[float, float]) -> None:
    """Plays it with a home that is approved for all of these. Raises `DemoStopped`."""
    first = _need(desk, "Alva", 10, today, position)
    second = _need(desk, "Axel", 7, today, position, sibling_of=first)
    _weighed(desk, second, home)
    _declined(desk, first, home)
    placement = _called_at_night(desk, first, home, today)
    _followed_up(desk, placement, today)
    _must_accept(desk, home, today, position)
    _revoked(desk, placement, home)


def _need(
    desk: Desk,
    name: str,
    years: int,
    today: date,
    position: tuple[float, float],
    *,
    assignment: str = "emergency_home",
    sibling_of: str | None = None,
) -> str:
    """A child who needs a home tonight, together with a sibling."""
    person = {"given_name": name, "family_name": "Sjö", "personal_number": desk.child(years, today)}
    need = {
        "assignment": assignment,
        "person": person,
        "needed_from": str(today),
        "urgent": True,
        "sibling_of": sibling_of,
        "siblings_together": True,
        "place": {"latitude": position[0], "longitude": position[1]},
        "place_kind": "school",
        "network": {"result": "nobody_can", "asked_on": str(today), "note": "The aunt is abroad."},
        "needs": "They share a room.",
    }
    return str(desk.do("POST", "/placement-requests", "caseworker", json=need)["id"])


def _weighed(desk: Desk, request: str, home: str) -> None:
    found = desk.find(f"/placement-requests/{request}/candidates", "caseworker", lambda one: one["home_id"] == home)
    reasons = ", ".join(f"{one['code']} {one['points']}" for one in (found or {}).get("reasons", ()))
    desk.say(f"Alva and Axel need an emergency home together. Of one that has room for both it is said: {reasons}.")


def _declined(desk: Desk, request: str, home: str) -> None:
    """Asked by day, and told what they have to know, the home says no."""
    _wants_mail(desk, home)
    told = [{"topic": "health", "text": "Alva has asthma: the inhaler is in the rucksack."}]
    asked = {"home_id": home, "message": "Could you take two tonight?", "told": told}
    inquiry = desk.do("POST", f"/placement-requests/{request}/inquiries", "caseworker", json=asked)
    _nudged(desk, f"/inquiries/{inquiry['id']}")
    desk.do("POST", f"/inquiries/{inquiry['id']}/decline", "caseworker", json={"reason": "We are away until six."})
    desk.say("The home is told what it has to know, and says no: they are away until six. The answer stays.")


def _wants_mail(desk: Desk, home: str) -> None:
    """An adult has said how the home wants to be reached."""
    path = f"/homes/{home}/reach"
    adult = desk.do("GET", path, "caseworker")["adults"][0]["id"]
    chosen = {"ways": ["email"], "email": "anna@hemvist.example"}  # a domain that is nobody's
    put(desk, f"{path}/{adult}", path, chosen, role="caseworker")


def _nudged(desk: Desk, inquiry: str) -> None:
    """The home learns that something waits, and nothing of what it is; staff see what became of it."""

    def tried() -> list[dict[str, Any]] | None:
        nudges: list[dict[str, Any]] = desk.do("GET", inquiry, "caseworker")["nudges"]
        return nudges if all(one["problem"] or one["state"] != "waiting" for one in nudges) else None

    said = [f"{one['way']}, {one['problem'] or one['state']}" for one in desk.wait_for("The nudge", tried)]
    desk.say(f"The home is asked, and nudged as Anna wants it. The caseworker sees what became of that: {said[0]}.")


def _called_at_night(desk: Desk, request: str, home: str, today: date) -> dict[str, Any]:
    """At night the desk shows who can take a child now; the call is the inquiry and its answer."""
    seen = desk.find("/night-desk?age=10&children=2", "caseworker", lambda one: one["home_id"] == home)
    free = 0 if seen is None else seen["free_places"]
    told = [{"topic": "contact", "text": "The mother may ring tomorrow at four."}]
    call = {"placement_request_id": request, "home_id": home, "outcome": "accepted", "told": told}
    desk.do("POST", "/night-desk/calls", "caseworker", json=call)
    decision = {
        "authority": "chair_urgent",
        "legal_ground": "lvu_urgent",
        "decided_on": str(today),
        "reference": "SN 2026/140, ordförandebeslut",
        "child_assessment": "She knows the street, and her brother comes with her.",
    }
    start = {"placement_request_id": request, "home_id": home, "starts_on": str(today), "care_decision": decision}
    placement = desk.do("POST", "/placements", "caseworker", json=start)
    desk.say(f"At night it has {free} places free and says yes. The chair decides, for it can not wait; Alva comes.")
    return placement


def _followed_up(desk: Desk, placement: dict[str, Any], today: date) -> None:
    """The clock for the committee's decision runs until it is taken."""
    kind = "chair_decision_follow_up"
    wanted = f"/deadlines?kind={kind}&service=placement"
    due = desk.find(wanted, "caseworker", lambda one: one["subject"]["id"] == placement["id"])
    decision = {
        "authority": "committee",
        "legal_ground": "lvu",
        "decided_on": str(today),
        "reference": "SN 2026/140 § 12",
        "child_assessment": "The home suits both.",
    }
    desk.do("POST", f"/placements/{placement['id']}/care-decisions", "caseworker", json=decision)
    by = due["due_on"] if due else today + timedelta(days=14)
    desk.say(f"The committee had to follow it up by {by}, and has done so at its meeting.")


def _must_accept(desk: Desk, home: str, today: date, position: tuple[float, float]) -> None:
    """A contracted emergency home (kontrakterat jourhem) is paid for being ready: its no is not written down."""
    request = _need(desk, "Love", 4, today, position, assignment="contracted_emergency_home")
    seen = desk.find("/night-desk?age=4", "caseworker", lambda one: one["home_id"] == home)
    call = {"placement_request_id": request, "home_id": home, "told": []}
    no = {**call, "outcome": "declined", "note": "They would rather not."}
    refused = desk.ask("POST", "/night-desk/calls", "caseworker", json=no).json()["type"].rpartition(":")[-1]
    desk.do("POST", "/night-desk/calls", "caseworker", json={**call, "outcome": "accepted"})
    bound = "must accept" if seen and seen["must_accept"] else "may decline"
    desk.say(f"Another child in the same night: the desk says that the home {bound}. Its no is refused: {refused}.")


def _revoked(desk: Desk, placement: dict[str, Any], home: str) -> None:
    """An approval ends while a child lives there: nobody is moved by that, and somebody has to look."""
    approval = placement["approval_id"]
    desk.do("POST", f"/approvals/{approval}/revoke", "decider", json={"reason": "They have moved in with others."})

    def flagged() -> Any:
        shown = desk.do("GET", f"/placements/{placement['id']}", "caseworker")
        return shown if "approval_revoked" in shown["flags"] else None

    shown = desk.wait_for("The flag on the placement", flagged)
    desk.say(f"The approval of {home[-4:]} is revoked. The placement is {shown['status']} as before, and flagged.")
