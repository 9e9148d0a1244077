"""The demo's part about mentor families: Stockholm's network, as it was described in 2021 and 2023.

Three weeks ago: three contracted mentor families north, south and west of the city have ten homes each, the nearest
first; the eleventh goes to the next one. All are invited to Skansen, where siblings who live apart meet. A home asks
for a weekend's respite, and writes to its team. Then it is today: the weekend is over, and is confirmed to be paid.
Örebro offers a mentor to every new home: that is in the story of the two families.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

from rich.console import Console

from deploy.cli.demo import investigation
from deploy.cli.demo.desk import DemoStopped, Desk
from deploy.cli.platform import Platform
from deploy.cli.steps import OnStep, silent
from services.kernel.basics import clock

HOMES_EACH = 10
PARTS = (("norr", 0.25, 0.0), ("söder", -0.25, 0.0), ("väster", 0.0, -0.4))
THREE_WEEKS = timedelta(days=21)
EXCEPTION = "They were a family home of another municipality for twelve years."


@dataclass(frozen=True)
class Home:
    """A home of the story: one adult, who has a login."""

    id: str
    adult: str
    today: date
    position: tuple[float, float]

    @property
    def login(self) -> dict[str, str]:
        return {"personal_number": self.adult, "sub": f"user-{self.adult[-4:]}"}


def play(platform: Platform, console: Console, *, homes_each: int = HOMES_EACH, on_step: OnStep = silent) -> list[str]:
    """Plays it in Stockholm; returns every personal number that was used. Raises `DemoStopped`."""
    desk = Desk(platform.gateway_url, "stockholm", platform.token, console)
    console.rule("Mentor families in Stockholm")
    with platform.earlier(THREE_WEEKS, on_step=on_step):
        desk.say("It is three weeks ago.")
        respite = _network(desk, homes_each)
    desk.say("It is today again.")
    _given(desk, respite)
    return desk.numbers


def _network(desk: Desk, homes_each: int) -> dict[str, Any]:
    """The network and what it does together; the respite that was accepted."""
    families = _families(desk)
    _contracted(desk)
    mentors = [_mentor(desk, families, area, place, homes_each) for area, place in _places()]
    sizes = (homes_each, homes_each, homes_each - 1)  # the last one has room for one more
    networks = [
        [_supported(desk, families, mentor) for _ in range(size)] for mentor, size in zip(mentors, sizes, strict=True)
    ]
    desk.say(f"The three have {', '.join(map(str, sizes))} homes, each of which was offered the nearest.")
    _one_too_many(desk, families, mentors)
    _gathered(desk, networks[0][0], networks[1][0])
    respite = _relieved(desk, networks[0])
    _written(desk, networks[0][0])
    return respite


def _places() -> Iterator[tuple[str, tuple[float, float]]]:
    """Where the mentors live, each time elsewhere: of an earlier play there may be others."""
    north, east = random.uniform(-1, 1), random.uniform(-1, 1)  # noqa: S311  # no secret
    for area, up, right in PARTS:
        yield area, (59.33 + north + up, 17.0 + east + right)


def _families(desk: Desk) -> Iterator[tuple[str, str]]:
    """A family's name and an adult's number, again and again."""
    for number in count():
        yield f"Lund{'a' * (number % 3)}", desk.person(date(1975, 1, 1) + timedelta(days=number))


def _contracted(desk: Desk) -> None:
    setting = "/settings/mentorship.mentor_model"
    body = {"value": "contracted", "reason": "As the board has decided: they are contracted as emergency homes."}
    investigation.put(desk, setting, setting, body, role="admin")


def _home(desk: Desk, families: Iterator[tuple[str, str]], position: tuple[float, float]) -> Home:
    """A family from its interest to its approval."""
    name, number = next(families)
    adult = {"given_name": "Anna", "family_name": name, "personal_number": number, "relation": "applicant"}
    where = {"street": "Skogsvägen 2", "postcode": "11122", "locality": "Stockholm"}
    form = {
        "kind": "form",
        "assignments": ["family_home"],
        "adults": [adult],
        "household_complete": True,
        "address": {**where, "latitude": position[0], "longitude": position[1]},
        "phone": "+46701740605",
        "languages": ["sv"],
        "wishes": {"age_from": 0, "age_to": 12, "places": 2},
        "consent": True,
    }
    receipt = desk.do("POST", "/applications", json=form)
    path = f"/applications/{receipt['id']}"
    desk.do("POST", f"{path}/contacts", "recruiter", json={"way": "phone", "reached": True, "note": ""})
    desk.do("POST", f"{path}/qualify", "recruiter", json={})
    today = clock.local_date(clock.instant(receipt["received_at"]))
    investigation.investigated(desk, receipt["home_id"], today, lambda _: None)
    home = Home(receipt["home_id"], number, today, position)
    query = f"/mentor-suggestions?home_id={home.id}"
    desk.wait_for("The home", lambda: desk.ask("GET", query, "coordinator").status_code == 200)
    return home


def _mentor(
    desk: Desk, families: Iterator[tuple[str, str]], area: str, place: tuple[float, float], capacity: int
) -> dict[str, Any]:
    home = _home(desk, families, place)
    body = {"home_id": home.id, "capacity": capacity, "area": area, "exception_reason": EXCEPTION}
    mentor = desk.do("POST", "/mentors", "coordinator", json=body)
    desk.say(f"A family in the {area} becomes a mentor family, {mentor['model']}, for {capacity} homes.")
    return {**mentor, "place": place}


def _supported(desk: Desk, families: Iterator[tuple[str, str]], mentor: dict[str, Any]) -> Home:
    """A home near a mentor, which is offered that one and says yes."""
    up, right = mentor["place"]
    home = _home(desk, families, (up + 0.01, right))
    offered = desk.do("POST", "/mentorships", "coordinator", json={"home_id": home.id})
    if offered["mentor_id"] != mentor["id"]:
        raise DemoStopped("The home was not offered its nearest mentor.")
    desk.do("POST", f"/mentorships/{offered['id']}/accept", "home", json={}, **home.login)
    return home


def _one_too_many(desk: Desk, families: Iterator[tuple[str, str]], mentors: list[dict[str, Any]]) -> None:
    """A home whose nearest mentor is full: the coordinator chooses the one of the three that has room."""
    nearest, last = mentors[0], mentors[-1]
    up, right = nearest["place"]
    home = _home(desk, families, (up + 0.01, right))
    suggested = desk.do("GET", f"/mentor-suggestions?home_id={home.id}", "coordinator")["items"]
    full = next(one for one in suggested if one["mentor_id"] == nearest["id"])
    chosen = next(one for one in suggested if one["mentor_id"] == last["id"])
    offered = desk.do("POST", "/mentorships", "coordinator", json={"home_id": home.id, "mentor_id": last["id"]})
    desk.do("POST", f"/mentorships/{offered['id']}/accept", "home", json={}, **home.login)
    counts = [desk.do("GET", f"/mentors/{one['id']}", "coordinator")["homes"] for one in mentors]
    desk.say(
        f"For one home more the family in the {nearest['area']} is {full['obstacles'][0]['code']}; "
        f"the one in the {last['area']}, {chosen['distance_km']} km away, has room: now they have "
        f"{', '.join(map(str, counts))} homes."
    )


def _gathered(desk: Desk, here: Home, there: Home) -> None:
    """All are invited; two homes in which siblings live are pointed out, and one of them comes."""
    elder = _placed(desk, here, "Elsa")
    _placed(desk, there, "Otto", sibling_of=elder)
    starts = here.today + timedelta(days=30)
    gathering = {
        "kind": "outing",
        "title": "Skansen",
        "place": "Stora entrén",
        "seats_adults": 100,
        "seats_children": 150,
        "starts_at": f"{starts}T09:00:00Z",
        "ends_at": f"{starts}T14:00:00Z",
        "invite": {"all": True},
        "answer_by": f"{starts - timedelta(days=10)}T20:00:00Z",
    }
    path = f"/gatherings/{desk.do('POST', '/gatherings', 'coordinator', json=gathering)['id']}"

    def invited() -> Any:
        found = desk.do("GET", path, "coordinator")
        groups = [{one["home_id"] for one in group["homes"]} for group in found["siblings"]]
        is_there = found["inviting"]["status"] == "finished" and {here.id, there.id} in groups
        return found if is_there else None

    found = desk.wait_for("The invitations", invited)
    desk.say(
        f"All are invited to Skansen: {found['inviting']['done']} homes, behind. "
        "The coordinator sees in which homes siblings live apart, and that both are invited."
    )
    answer = {"home_id": here.id, "attending": True, "adults": 1, "children": 2, "needs": ["nuts"]}
    reply = desk.do("POST", f"{path}/replies", "home", json=answer, **here.login)
    calendar = desk.do("POST", f"/homes/{here.id}/calendar", "home", json={}, **here.login)
    feed = desk.ask("GET", calendar["path"])
    desk.say(f"A home answers that it is {reply['status']}, and has it in its own calendar: {len(feed.content)} bytes.")


def _placed(desk: Desk, home: Home, name: str, *, sibling_of: str | None = None) -> str:
    """A child moves in; the need that it had."""
    need = {
        "assignment": "family_home",
        "person": {
            "given_name": name,
            "family_name": "Ek",
            "protected_identity": False,
            "personal_number": desk.child(7, home.today),
        },
        "needed_from": str(home.today),
        "urgent": False,
        "languages": ["sv"],
        "needs": "A calm home.",
        "place": {"latitude": home.position[0], "longitude": home.position[1]},
        "sibling_of": sibling_of,
    }
    request = desk.do("POST", "/placement-requests", "caseworker", json=need)
    until = f"{home.today + timedelta(days=3)}T18:00:00Z"
    asked = {"home_id": home.id, "message": "Would you?", "answer_by": until}
    inquiry = desk.do("POST", f"/placement-requests/{request['id']}/inquiries", "caseworker", json=asked)
    desk.do("POST", f"/inquiries/{inquiry['id']}/accept", "home", json={}, **home.login)
    decided = {"authority": "committee", "decided_on": str(home.today), "reference": "SN 2026/112 § 42"}
    start = {
        "placement_request_id": request["id"],
        "home_id": home.id,
        "starts_on": str(home.today),
        "care_decision": {**decided, "child_assessment": "The home has time."},
    }
    desk.do("POST", "/placements", "caseworker", json=start)
    return str(request["id"])


def _relieved(desk: Desk, network: list[Home]) -> dict[str, Any]:
    """A weekend's respite inside the network, as it is accepted."""
    tired, kind = network[:2]
    friday = tired.today + timedelta(days=(4 - tired.today.weekday()) % 7 + 7)
    wanted = {"starts_on": str(friday), "ends_on": str(friday + timedelta(days=2)), "children": 1}
    body = {"home_id": tired.id, **wanted, "age_from": 7, "age_to": 7}
    asked = desk.do("POST", "/respite-requests", "home", json=body, **tired.login)
    path, by_kind = f"/respite-requests/{asked['id']}", {"home_id": kind.id}
    desk.do("POST", f"{path}/offers", "home", json=by_kind, **kind.login)
    accepted = desk.do("POST", f"{path}/accept", "home", json=by_kind, **tired.login)
    desk.say(
        f"A home asks for a weekend's respite; {len(asked['offers'])} homes of its network are asked, one offers, "
        f"and it is {accepted['status']}: {accepted['nights']} nights from {accepted['starts_on']}."
    )
    return accepted


def _given(desk: Desk, respite: dict[str, Any]) -> None:
    """The weekend is over: the coordinator confirms it, and it is told to whoever pays."""
    path = f"/respite-requests/{respite['id']}"
    done = desk.do("POST", f"{path}/complete", "coordinator", json={})
    desk.say(
        f"The weekend of {done['starts_on']} to {done['ends_on']} is {done['status']}: {done['nights']} nights of "
        "the month are used, and the home that gave them is to be paid."
    )


def _written(desk: Desk, home: Home) -> None:
    """A message, and its answer."""
    wish = {"home_id": home.id, "kind": "purchase_wish", "subject": "Vintercykel", "text": "Kan vi köpa en cykel?"}
    thread = desk.do("POST", "/threads", "home", json=wish, **home.login)
    path = f"/threads/{thread['id']}"
    answered = desk.do("POST", f"{path}/messages", "caseworker", sub="karin", json={"text": "Ja, spara kvittot."})
    desk.say(
        f"A home writes to its team, to be answered by {thread['answer_by']}; Karin answers: "
        f"{len(answered['messages'])} messages, sealed, and nothing by e-mail."
    )
