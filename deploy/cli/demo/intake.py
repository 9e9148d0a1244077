"""The demo's part about how families are found: what is asked of them, how they follow, and how they are handed over.

Örebro publishes what it needs and its own questions. A family answers them, follows its application with the reference,
and is handed over to Västerås, where it moves. Somebody who only wants to be rung up becomes a whole application
in the recruiter's first call; a file of another form is read by its mapping.
"""

from datetime import date
from typing import Any

from rich.console import Console

from deploy.cli.demo.desk import Desk
from deploy.cli.platform import Platform
from services.kernel.basics import clock
from services.kernel.basics.ids import new_id

MAPPING = {
    "columns": [
        {"column": "Ärende", "field": "external_id"},
        {"column": "Jag vill", "field": "kind"},
        {"column": "Telefon", "field": "phone"},
    ],
    "values": [{"field": "kind", "written": "bli uppringd", "means": "callback"}],
    "defaults": [{"field": "consent", "value": "ja"}],
}
QUESTIONS = [
    {"id": "why_now", "sv": "Varför just nu?", "en": "Why now?", "kind": "text", "required": True},
    {"id": "pets", "sv": "Har ni husdjur?", "en": "Have you pets?", "kind": "yes_no"},
]


def play(platform: Platform, console: Console) -> list[str]:
    """Plays it; returns every personal number that was used. Raises `DemoStopped`."""
    orebro, vasteras = (Desk(platform.gateway_url, name, platform.token, console) for name in ("orebro", "vasteras"))
    console.rule("How Örebro finds its families")
    _needs(orebro)
    application = _a_family_answers(orebro)
    _first_call(orebro)
    _another_form(orebro)
    console.rule("A family moves to Västerås")
    _handed_over(orebro, vasteras, application)
    return [*orebro.numbers, *vasteras.numbers]


def _put(desk: Desk, path: str, body: dict[str, Any], role: str) -> dict[str, Any]:
    """Puts what may be there already: from an earlier demo."""
    answer = desk.ask("PUT", path, role, json=body, headers={"If-None-Match": "*"})
    if answer.status_code == 412:
        return desk.do("PUT", path, role, json=body, headers={"If-Match": "*"})
    found: dict[str, Any] = answer.json()
    return found


def _needs(desk: Desk) -> None:
    need = {
        "title": "Familjehem för tonåringar",
        "text": "Vi söker familjer med plats för en tonåring.",
        "assignments": ["family_home"],
        "age_from": 13,
        "age_to": 17,
    }
    _put(desk, "/needs/tonaringar", need, "recruiter")
    feed = desk.ask("GET", "/needs/feed")
    desk.say(
        f"Örebro publishes what it needs: {need['title']}. Anybody reads it, also as {feed.headers['Content-Type']}."
    )
    again = desk.ask("GET", "/needs/feed", headers={"If-None-Match": feed.headers["ETag"]})
    desk.say(f"Whoever has it already is told so: {again.status_code}, {len(again.content)} bytes.")


def _a_family_answers(desk: Desk) -> dict[str, Any]:
    asked = _put(desk, "/question-sets/family_home", {"questions": QUESTIONS}, "recruiter")
    desk.say(f"It asks questions of its own, in version {asked['version']}.")
    form = {
        "kind": "form",
        "assignments": ["family_home"],
        "adults": [
            {
                "given_name": "Stina",
                "family_name": "Dahl",
                "personal_number": desk.person(date(1984, 2, 1)),
                "relation": "applicant",
            },
            {"given_name": "Per", "family_name": "Dahl", "relation": "partner"},
        ],
        "phone": "+46701234599",
        "address": {"street": "Ågatan 4", "postcode": "70210", "locality": "Örebro"},
        "answers": [{"assignment": "family_home", "version": asked["version"], "answers": []}],
        "consent": True,
    }
    refused = desk.ask("POST", "/applications", json=form).json()["errors"][0]
    desk.say(f"A form without an answer that is needed is refused: {refused['pointer']}, {refused['code']}.")
    form["answers"][0]["answers"] = [{"question": "why_now", "answer": "Barnen är stora."}]  # type: ignore[index]
    sent = desk.do("POST", "/applications", json=form)
    own = {"reference": sent["reference"], "phone_last_four": "4599"}
    found = desk.do("POST", "/application-status", json=own)
    desk.say(f"The family follows its application without logging in: “{found['next_step']['sv']}”")
    return sent


def _first_call(desk: Desk) -> None:
    """Somebody who only wanted to be rung up."""
    sent = desk.do("POST", "/applications", json={"kind": "callback", "phone": "+46701234598", "consent": True})
    said = {
        "assignments": ["contact_person"],
        "particulars": {"contact_person": {"for_whom": ["child"], "how_often": "weekly", "parts_of_day": ["evening"]}},
        "adults": [
            {
                "given_name": "Olle",
                "family_name": "Nord",
                "personal_number": desk.person(date(1979, 6, 7)),
                "relation": "applicant",
            }
        ],
        "first_call": {"why_now": "Har tid sedan barnen flyttat.", "work": "Lärare.", "may_ask_references": True},
    }
    where = f"/applications/{sent['id']}"
    amended = desk.do("PATCH", where, "recruiter", json=said, headers={"If-Match": "*"})
    desk.say(f"A recruiter rings up {amended['name']}, and writes down the first call: a contact person for a child.")
    desk.do("POST", f"{where}/decline", "recruiter", json={"reason": "Har för långt till barnet."})
    again = desk.do("POST", f"{where}/reopen", "recruiter", json={"reason": "Ett annat barn bor nära."})
    turns = ", ".join(turn["status"] for turn in again["turns"])
    desk.say(f"What was declined is taken up again, and both stay: {turns}.")


def _another_form(desk: Desk) -> None:
    _put(desk, "/import-mappings/min-insats", MAPPING, "recruiter")
    name = new_id()
    content = f"Ärende;Jag vill;Telefon;Husdjur\n{name};bli uppringd;0701234597;Två katter\n".encode()
    begun = desk.do(
        "POST",
        "/application-imports?source=min-insats",
        "recruiter",
        data=content,
        headers={"Content-Type": "text/csv"},
    )

    def finished() -> dict[str, Any] | None:
        found = desk.do("GET", f"/application-imports/{begun['id']}", "recruiter")
        return found if found["status"] == "finished" else None

    work = desk.wait_for("The end of the import", finished)
    desk.say(
        f"A file of another form is read by its mapping: {work['accepted']} accepted; pets are question and answer."
    )


def _handed_over(orebro: Desk, vasteras: Desk, application: dict[str, Any]) -> None:
    body = {"to": "vasteras", "consent_given_on": str(clock.local_date(clock.now())), "reason": "Familjen flyttar dit."}
    orebro.do("POST", f"/applications/{application['id']}/transfer", "recruiter", json=body)
    orebro.say("With the family's consent Örebro hands its application over, sealed for Västerås alone.")
    reference = application["reference"]

    def is_it(one: dict[str, Any]) -> bool:
        return bool(one["application"]["reference"] == reference)

    found = vasteras.wait_for("The hand-over", lambda: vasteras.find("/transfers?status=waiting", "recruiter", is_it))
    vasteras.say(f"Västerås sees it from {found['from_name']} and accepts.")
    vasteras.do("POST", f"/transfers/{found['id']}/accept", "recruiter", json={})

    def stub() -> dict[str, Any] | None:
        left = orebro.do("GET", f"/applications/{application['id']}", "recruiter")
        return left if left["adults"] == [] else None

    left = orebro.wait_for("The stub", stub)
    orebro.say(f"Of it Örebro keeps {left['reference']}, and that it went to {left['transferred_to']}.")
