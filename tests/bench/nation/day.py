"""What a nation asks on a working day: which requests, by whom, how often. Four of five read.

A request is made of a municipality and of chance; nothing is looked up, for the rows are known by their numbers.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate, count
from random import Random
from typing import Any, TypeAlias

from services.compensation.contract.claims import MakeClaim
from services.intake.contract.form import SubmitApplication
from services.investigation.contract.concerns import ReportConcern
from services.mentorship.contract.contacts import LogContact
from services.placement.contract.informal_stays import NoteInformalStay
from tests.bench.nation.compensation import months
from tests.bench.nation.people import people
from tests.bench.nation.sizes import Municipality, named
from tests.prove.family import an_adult


@dataclass(frozen=True)
class Asked:
    """One request of a municipality: below its address, by a role, or by whoever lives in the n-th home."""

    method: str
    path: str
    body: Any = None
    home: int | None = None
    headers: dict[str, str] = field(default_factory=dict)


Make: TypeAlias = Callable[[Municipality, Random], Asked]


@dataclass(frozen=True)
class Kind:
    """A kind of request: how many of a hundred are of it, who asks it, and how one is made."""

    name: str
    share: float
    role: str
    make: Make
    writes: bool = False


def _get(path: str) -> Make:
    """Always the same."""
    return lambda _one, _chosen: Asked("GET", path)


def _of(path: str, kind: str, numbers: Callable[[Municipality], Sequence[int]]) -> Make:
    """Of one of a municipality's things."""
    return lambda one, chosen: Asked("GET", path.format(named(kind, chosen.choice(numbers(one)))))


def _applications(one: Municipality) -> range:
    return range(1, one.applications + 1)


def _homes(one: Municipality) -> range:
    return range(1, one.homes + 1)


def _stays(one: Municipality) -> range:
    return range(1, 2 * len(one.approved) + 1)


def _needs(one: Municipality) -> range:
    """The requests that are open: the newest."""
    return range(_stays(one).stop, _stays(one).stop + len(one.opened))


def _own(path: str) -> Make:
    """By a home about itself."""

    def make(one: Municipality, chosen: Random) -> Asked:
        number = chosen.choice(one.approved)
        return Asked("GET", path.format(f"{number:07}"), home=number)

    return make


def _search(one: Municipality, chosen: Random) -> Asked:
    person = people(one.applications)[chosen.randrange(one.applications)]
    return Asked("POST", "/searches", {"text": f"{person.given[:4]} {person.family}"})


def _pay_lines(_one: Municipality, chosen: Random) -> Asked:
    month = chosen.choice(months(datetime.now(UTC).date()))
    return Asked("GET", f"/pay-runs/run-{month:%Y-%m}/lines")


_FIRST, _MORE = 170_000, 70_000  #: people who are grown up, and in no municipality of the nation
_NEXT = count()


def _submit(_one: Municipality, _chosen: Random) -> Asked:
    number = an_adult(_FIRST + next(_NEXT) % _MORE)
    adult = SubmitApplication.example["adults"][0] | {"personal_number": number}
    return Asked("POST", "/applications", SubmitApplication.example | {"adults": [adult]})


def _contact(one: Municipality, chosen: Random) -> Asked:
    application = named("application", chosen.choice(one.waiting))
    return Asked("POST", f"/applications/{application}/contacts", {"way": "phone", "reached": True, "note": "Glad."})


def _today(days: int = 0) -> str:
    return str((datetime.now(UTC) + timedelta(days)).date())


def _meeting(one: Municipality, chosen: Random) -> Asked:
    path = f"/investigations/{named('investigation', chosen.choice(one.opened))}/meetings"
    body = {"step": "home_visit", "held_on": _today(-1), "place": "At home", "present": [], "notes": "Calm."}
    return Asked("POST", path, body)


def _concern(one: Municipality, chosen: Random) -> Asked:
    home = named("home", chosen.choice(one.approved))
    return Asked("POST", "/concerns", ReportConcern.example | {"home_id": home})


def _available(one: Municipality, chosen: Random) -> Asked:
    number = chosen.choice(one.approved)
    body = {"periods": [{"from": _today(20), "to": _today(27), "places": 0}], "may_be_called_at_night": True}
    return Asked("PUT", f"/homes/{named('home', number)}/availability", body, number, {"If-Match": "*"})


def _informal(_one: Municipality, _chosen: Random) -> Asked:
    return Asked("POST", "/informal-stays", NoteInformalStay.example | {"since": _today(-10)})


def _log_contact(one: Municipality, chosen: Random) -> Asked:
    path = f"/mentorships/{named('mentorship', chosen.choice(one.approved))}/contacts"
    return Asked("POST", path, LogContact.example | {"on": _today(-1)})


def _message(one: Municipality, chosen: Random) -> Asked:
    number = chosen.choice(one.approved)
    return Asked("POST", f"/threads/{named('thread', number)}/messages", {"text": "Kan vi ringas?"}, number)


def _claim(one: Municipality, chosen: Random) -> Asked:
    number = chosen.choice(one.approved)
    who = {"home_id": named("home", number), "payee_adult_id": named("adult", number)}
    return Asked("POST", "/claims", MakeClaim.example | who | {"period_from": _today(), "period_to": _today()}, number)


KINDS = (
    Kind("list_applications", 8, "recruiter", _get("/applications?limit=20")),
    Kind("list_applications overdue", 3, "recruiter", _get("/applications?overdue=true&limit=20")),
    Kind("get_application", 12, "recruiter", _of("/applications/{}", "application", _applications)),
    Kind("search", 4, "recruiter", _search),
    Kind("view_open_investigations", 1, "investigator", _get("/open-investigations")),
    Kind("list_investigations", 4, "investigator", _get("/investigations?limit=20")),
    Kind("get_investigation", 7, "investigator", _of("/investigations/{}", "investigation", _homes)),
    Kind("list_deadlines", 2, "caseworker", _get("/deadlines?limit=20")),
    Kind("list_homes", 4, "caseworker", _get("/homes?limit=20")),
    Kind("get_home", 6, "caseworker", _of("/homes/{}", "home", lambda one: one.approved)),
    Kind("get_placement", 4, "caseworker", _of("/placements/{}", "placement", _stays)),
    Kind("list_candidates", 0.5, "caseworker", _of("/placement-requests/{}/candidates", "request", _needs)),
    Kind("list_inquiries", 2, "caseworker", _get("/inquiries?limit=20")),
    Kind("view_journey", 1, "caseworker", _of("/journeys/{}", "home", lambda one: one.approved)),
    Kind("list_mentorships", 3, "coordinator", _get("/mentorships?limit=20")),
    Kind("get_mentorship", 3, "coordinator", _of("/mentorships/{}", "mentorship", lambda one: one.approved)),
    Kind("list_my_homes", 2, "home", _own("/my-homes")),
    Kind("list_threads (own)", 2, "home", _own("/threads?limit=20")),
    Kind("get_thread (own)", 3, "home", _own("/threads/thread-{}")),
    Kind("list_agreements (own)", 2, "home", _own("/agreements?limit=20")),
    Kind("get_agreement", 3, "payroll", _of("/agreements/{}", "agreement", _stays)),
    Kind("list_claims", 2, "payroll", _get("/claims?limit=20")),
    Kind("list_pay_lines", 1, "payroll", _pay_lines),
    Kind("list_access", 0.5, "auditor", _get("/access-log?limit=20")),
    Kind("submit_application", 5, "recruiter", _submit, writes=True),
    Kind("record_contact", 4, "recruiter", _contact, writes=True),
    Kind("record_meeting", 2, "investigator", _meeting, writes=True),
    Kind("report_concern", 1, "investigator", _concern, writes=True),
    Kind("set_availability (own)", 2, "home", _available, writes=True),
    Kind("note_informal_stay", 1, "caseworker", _informal, writes=True),
    Kind("log_contact", 2, "coordinator", _log_contact, writes=True),
    Kind("send_message (own)", 2, "home", _message, writes=True),
    Kind("make_claim (own)", 1, "home", _claim, writes=True),
)


def mixed(
    some: Sequence[Municipality], seed: int, kinds: Sequence[Kind] = KINDS
) -> Iterator[tuple[Kind, Municipality, Asked]]:
    """Requests without end: each municipality asks as often as it is large. The same seed, the same requests."""
    chosen = Random(seed)  # noqa: S311  # a sample
    sizes = list(accumulate(one.applications for one in some))
    shares = list(accumulate(kind.share for kind in kinds))
    while True:
        (one,), (kind,) = chosen.choices(some, cum_weights=sizes), chosen.choices(kinds, cum_weights=shares)
        yield kind, one, kind.make(one, chosen)
