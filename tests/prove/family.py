"""One family's way as everybody at a municipality goes it: it applies, is looked into, is decided on, more children are
offered to it than it has places for, and its agreements are signed, its claims approved."""

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from stdnum import luhn

from services.intake.contract.applications import RecordContact
from services.intake.contract.form import SubmitApplication
from tests.prove import owed
from tests.prove.caller import Caller
from tests.prove.ledger import Fact

PLACES = 2
AREAS = ("housing", "economy", "network", "age", "experience", "health", "family_situation")


class Family:
    """The one that nobody else helps: its number is nobody else's. Days are the platform's."""

    def __init__(self, place: int, caller: Caller, today: date) -> None:
        self._place, self._caller, self._today = place, caller, today
        self.number = an_adult(place)
        self.home = ""

    def help(self) -> None:
        """From the first request to the last."""
        self._apply()
        self._approve(self._investigated())
        self._caller.wait_for(self._is_known, "the approved home in placement")
        for number, placement in enumerate(self._place_children()):
            self._agree(placement)
            self._end(placement, number)
        self._claim()

    def _write(self, kind: str, id_: str, **said: str) -> None:
        self._caller.ledger.write(Fact(kind, id_, self.home, **said))

    def _apply(self) -> None:
        adult = SubmitApplication.example["adults"][0] | {"personal_number": self.number}
        made = self._caller.post("/applications", "recruiter", SubmitApplication.example | {"adults": [adult]})
        self.home, path = made["home_id"], f"/applications/{made['id']}"
        self._write("application", made["id"])
        self._caller.post(f"{path}/contacts", "recruiter", RecordContact.example)
        self._write("contact", made["id"])
        self._caller.post(f"{path}/qualify", "recruiter")
        self._write("qualified", made["id"])

    def _investigated(self) -> str:
        """The path of the investigation that opens by itself, when everything has been looked at."""
        found = self._caller.wait_for(self._opened, "the investigation")
        path, today = f"/investigations/{found['id']}", str(self._today)
        whole = self._caller.get(path, "investigator")
        self._look_at(path, whole["register_checks"])
        for step in ("home_visit", "interview_together"):
            held = {"step": step, "held_on": today, "place": "At home", "notes": "Calm."}
            self._caller.post(f"{path}/meetings", "investigator", held)
        said = {"name": "Gunilla Gran", "relation": "Colleague", "way": "phone", "summary": "Patient."}
        for adult in whole["adults"]:
            given = {**said, "adult_id": adult["id"], "given_on": today}
            self._caller.post(f"{path}/references", "investigator", given)
        return path

    def _look_at(self, path: str, checks: list[dict[str, Any]]) -> None:
        clear = {"status": "clear", "checked_on": str(self._today), "assessment": ""}
        todo = [(f"register-checks/{check['id']}", clear) for check in checks]
        etag = ""
        for part, body in [*todo, *((f"assessments/{area}", {"rating": "met"}) for area in AREAS)]:
            etag = self._caller.put(f"{path}/{part}", "investigator", body, whole=path, etag=etag)

    def _opened(self) -> Any:
        pages = self._pages("/investigations?status=open", "investigator")
        return next((one for one in pages if one["home_id"] == self.home), None)

    def _pages(self, path: str, role: str) -> Iterator[dict[str, Any]]:
        for page in itertools.count(1):
            items = self._caller.get(f"{path}&limit=100&page={page}", role)["items"]
            yield from items
            if len(items) < 100:
                return

    def _approve(self, path: str) -> None:
        proposal = {
            "outcome": "approve",
            "assignments": ["family_home"],
            "age_from": 0,
            "age_to": 12,
            "places": PLACES,
            "child_name": None,
            "conditions": "",
            "valid_until": str(self._today + timedelta(days=700)),
            "reasons": "Warm and stable.",
        }
        self._caller.post(f"{path}/proposal", "investigator", proposal, sub="ida")
        self._caller.post(f"{path}/decision", "decider", {"outcome": "approve", "reasons": "Yes."}, sub="dag")
        self._write("decision", path.rpartition("/")[2])

    def _is_known(self) -> Any:
        return self._caller.get(f"/homes/{self.home}", "caseworker", or_else=["not_found"])

    def _place_children(self) -> list[Fact]:
        """One child more than there are places is to come, all at the same moment; who came."""
        starts = [self._asked(child) for child in range(PLACES + 1)]
        with ThreadPoolExecutor(len(starts)) as pool:
            return [fact for fact in pool.map(self._start, starts) if fact is not None]

    def _asked(self, child: int) -> dict[str, Any]:
        """A need for which the home has said yes; the placement that may come of it."""
        place = self._place * (PLACES + 1) + child
        starts_on = str(self._today + timedelta(days=self._place % 7))
        need = {
            "assignment": "family_home",
            "person": {"given_name": "Kim", "family_name": "Lind", "personal_number": a_child(place)},
            "needed_from": starts_on,
            "needs": "A calm home.",
        }
        request = self._caller.post("/placement-requests", "caseworker", need)["id"]
        asked = {"home_id": self.home, "message": "Would you?"}
        inquiry = self._caller.post(f"/placement-requests/{request}/inquiries", "caseworker", asked)["id"]
        self._caller.post(f"/inquiries/{inquiry}/accept", "home", number=self.number)
        decided = {"authority": "committee", "decided_on": str(self._today), "reference": "SN § 1"}
        start = {"placement_request_id": request, "home_id": self.home, "starts_on": starts_on}
        return {**start, "care_decision": {**decided, "child_assessment": "It suits."}}

    def _start(self, start: dict[str, Any]) -> Fact | None:
        made = self._caller.post("/placements", "caseworker", start, or_else=["no_free_place"])
        if made is None:
            return None
        self._write("placement", made["id"], starts_on=start["starts_on"])
        return Fact("placement", made["id"], self.home, start["starts_on"])

    def _agree(self, placement: Fact) -> None:
        """The agreement that is drafted by itself is signed by both."""

        def drafted() -> Any:
            items = self._caller.get(f"/agreements?home_id={self.home}", "caseworker")["items"]
            return next((one for one in items if one["placement_id"] == placement.id), None)

        path = f"/agreements/{self._caller.wait_for(drafted, 'the agreement')['id']}/sign"
        self._caller.post(path, "caseworker")
        self._caller.post(path, "home", number=self.number)
        self._write("agreement", placement.id, starts_on=placement.starts_on)

    def _end(self, placement: Fact, number: int) -> None:
        """The first child of three homes in four leaves again; of two of them another day is said afterwards."""
        if number or self._place % 4 == 3:
            return
        path, day = f"/placements/{placement.id}", date.fromisoformat(placement.starts_on)
        ends_on = str(day + timedelta(days=3 + self._place % 5))
        self._caller.post(f"{path}/end", "caseworker", {"ends_on": ends_on, "reason": "planned"})
        self._write("end", placement.id, ends_on=ends_on)
        if self._place % 2 == 0:
            ends_on = str(day + timedelta(days=5 + self._place % 6))
            self._caller.post(f"{path}/correct-end", "caseworker", {"ends_on": ends_on, "note": "It was another day."})
            self._write("end", placement.id, ends_on=ends_on)

    def _claim(self) -> None:
        kilometres = Decimal(100 + self._place % 1000) / 10
        claim = {
            "home_id": self.home,
            "kind": "mileage",
            "kilometres": f"{kilometres:.2f}",
            "period_from": str(self._today),
            "description": "To the dentist.",
        }
        made = self._caller.post("/claims", "home", claim, number=self.number)["id"]
        self._caller.post(f"/claims/{made}/approve", "caseworker", {"reason": ""})
        self._write("claim", made, amount=str(owed.for_journey(kilometres)))


def an_adult(place: int) -> str:
    """The personal number of somebody grown up, another one for each place below 240,000."""
    return _number(date(1970, 1, 1), 12_000, place)


def a_child(place: int) -> str:
    """That of a child of five to seven years in 2026, another one for each place below 20,000."""
    return _number(date(2019, 1, 1), 1000, place)


def _number(born_from: date, days: int, place: int) -> str:
    """Of somebody born within so many days; serials as the Tax Agency's test numbers use them, twenty a day."""
    digits = f"{born_from + timedelta(days=place % days):%Y%m%d}{980 + place // days % 20}"
    return digits + luhn.calc_check_digit(digits[2:])
