"""One municipality asks everything that there is to be asked, and tries the ids of another one."""

import io
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import requests
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, GenerationMode
from schemathesis.core import NOT_SET

from deploy.cli import work
from deploy.cli.names import SERVICES
from deploy.cli.platform import Platform
from services.kernel.basics.ids import new_id
from services.kernel.messages import parked
from tests import run
from tests.fuzz.answers import Secrets
from tests.fuzz.description import MUNICIPALITY, Description, Operation
from tests.fuzz.town import Town, with_ids
from tests.prove import owed
from tests.prove.caller import Caller
from tests.prove.family import Family, an_adult
from tests.prove.ledger import Ledger

OWN, OTHER = run.FUZZED  #: the municipality that asks, and the one of which it may be told nothing
#: Of how many operations wrong requests have headers that are made up, which takes long; all are read by the same code.
WRONG_HEADERS = 0.1
_QUIETLY = settings(
    database=None, deadline=None, derandomize=False, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


@dataclass(frozen=True)
class Plan:
    """How many made up requests each operation gets of each kind (good and bad ones), and the seed of them."""

    examples: int = 1
    seed: int = 7


@dataclass(frozen=True)
class Found:
    """What came of it."""

    wrong: dict[str, str]  #: problem → the request that was answered so
    asked: dict[int, int]  #: status → how many answers
    unasked: set[str]  #: operations that nobody could ask
    done: set[str]  #: operations that have been done at least once
    told: set[str]  #: operations that have told the other municipality its own words
    secrets: Secrets


def fuzz(platform: Platform, plan: Plan) -> Found:
    """Fills two municipalities, and lets the one try to get at the other's things."""
    spec = Description(requests.get(f"{platform.gateway_url}/openapi.json", timeout=60).json())
    places = (2 * plan.seed, 2 * plan.seed + 1)
    own = Town(platform, OWN, "Vadstenaband", spec, number=an_adult(places[0]))
    other = Town(platform, OTHER, "Endastdaer", spec, number=an_adult(places[1]))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda town, place: _fill(town, place, platform, spec), (own, other), places))
    secrets = other.secrets
    mixed = {name: own.known[name] + other.known[name] for name in own.known.keys() | other.known.keys()}
    for operation in spec.operations:
        for case in tries(own, operation, other.known):
            own.ask(case, own.who_may(operation)[0], secrets)
        for case, who in made_up(own, operation, mixed, plan):
            own.ask(case, who, secrets)
    unasked = {one.label for one in spec.operations} - own.tried
    found = own.wrong | other.wrong | _parked(platform)
    return Found(found, own.asked + other.asked, unasked, own.done | other.done, other.told, secrets)


def _parked(platform: Platform) -> dict[str, str]:
    """What followed from it by event or by time, and could not be worked on."""
    targets = platform.targets
    found = [
        (service, one)
        for service in SERVICES
        for one in [
            *parked.list_parked(platform.broker_admin_amqp_url, service),
            *work.parked_duties(targets.addresses, service),
        ]
        if one["tenant"] in run.FUZZED
    ]
    return {f"{service} has parked {one['queue']}: {one['reason']}": one["id"] for service, one in found}


def _fill(town: Town, place: int, platform: Platform, spec: Description) -> None:
    """One of everything: a family that has gone its whole way, and what the contracts' examples make beside it."""
    token = partial(platform.token, municipality=town.slug)
    caller = _Writer(platform, town, token, spec)
    today = platform.now().date()
    tariff = owed.TARIFF | {"adopted_on": f"{today.year}-01-01"}
    caller.ask(
        "PUT", f"/tariffs/{today.year}", "payroll", tariff, headers={"If-None-Match": "*"}, or_else=["already_exists"]
    )
    family = Family(place, caller, today)
    family.help()
    caller.post("/mentors", "coordinator", {"home_id": family.home, "capacity": 9, "exception_reason": "They know it."})
    town.read(0)
    town.fill()


class _Writer(Caller):
    """Who goes a story's way and writes a municipality's words wherever there is room for free text."""

    def __init__(self, platform: Platform, town: Town, token: Callable[..., str], spec: Description) -> None:
        super().__init__([f"{platform.gateway_url}/{town.slug}"], token, Ledger(io.StringIO()))
        self._words, self._spec = town.words, spec

    def _once(self, method: str, path: str, body: Any, headers: dict[str, str]) -> requests.Response | None:
        said = self._spec.with_texts(self._spec.operation_at(method, path), body, self._words)
        return super()._once(method, path, said, headers)


def tries(town: Town, operation: Operation, known: Mapping[str, list[str]]) -> Iterator[Case]:
    """The contract's example about what another municipality has; where it has none, about nothing."""
    known = defaultdict(lambda: [new_id()], {name: found for name, found in known.items() if found})
    cases = [town.example(operation, known, place=place) for place in (0, -1)]
    different = {case.formatted_path + str(case.body): case for case in cases if case}
    yield from different.values()


def made_up(town: Town, operation: Operation, known: Mapping[str, list[str]], plan: Plan) -> Iterator[tuple[Case, str]]:
    """Good and bad requests about what is known, to either municipality, by whoever may; none where the path is all."""
    if not (operation.body or operation.query):
        return
    dice = random.Random(f"{plan.seed} {operation.label}")  # noqa: S311  no secret
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        usual = mode is GenerationMode.POSITIVE or dice.random() > WRONG_HEADERS
        headers = _usual(operation) if usual else {}
        path = {one.name: dice.choice(known[one.name]) for one in operation.path_parameters if known.get(one.name)}
        path[MUNICIPALITY] = town.slug
        for case in _generated(operation.as_strategy(mode, path_parameters=path, headers=headers), plan):
            yield _about(case, known, dice), dice.choice(town.who_may(operation))


def _usual(operation: Operation) -> dict[str, str]:
    """The headers that good requests have."""
    usual = {"Access-Reason": "Because", "If-Match": "*", "Idempotency-Key": new_id(), "X-Request-ID": new_id()}
    usual["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    return {name: usual[name] for one in operation.headers if (name := one.name) in usual}


def _generated(strategy: SearchStrategy[Case], plan: Plan) -> list[Case]:
    """So many that are made up, after the simplest one, which hypothesis always begins with."""
    found: list[Case] = []

    @seed(plan.seed)
    @settings(_QUIETLY, max_examples=plan.examples + 1)
    @given(case=strategy)
    def generate(case: Case) -> None:
        found.append(case)

    with suppress(Unsatisfiable):  # where nothing can be wrong
        generate()
    return found[-plan.examples :]


def _about(case: Case, known: Mapping[str, list[str]], dice: random.Random) -> Case:
    """The request about something that is known; nobody waits for what might come."""
    if case.body is not NOT_SET:
        case.body = with_ids(case.body, known, dice.randrange(1000))
    if "wait" in case.query:
        case.query["wait"] = 0
    for name, good in (("If-Match", "*"), ("Idempotency-Key", new_id())):
        if name in case.headers and dice.random() < 0.7:
            case.headers[name] = good
    return case
