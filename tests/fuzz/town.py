"""A municipality, and what is asked there by its staff and its homes; each answer is judged."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

import requests
from schemathesis import Case, Response
from schemathesis.core import NOT_SET

from deploy.cli.platform import Platform
from tests.fuzz.answers import Secrets, text_of, wrong
from tests.fuzz.description import ID, MUNICIPALITY, ROLES, Description, Operation
from tests.services.intake.tables import ANNA, HEADER
from tests.unit.kernel.pictures import a_pdf

STAFF = sorted({role for roles in ROLES.values() for role in roles} - {"home"} | {"protected"})
FILES = {"application/pdf": a_pdf(), "text/csv": "\n".join([HEADER, ANNA]).encode()}
#: What comes last, since afterwards nothing else can be done with it.
ENDS = {"break-off", "cancel", "close", "complete", "decline", "discard", "end", "qualify", "transfer", "withdraw"}
#: Which of the things that are known is asked about, one after the other: the newest, the oldest, and beside them.
PLACES = (-1, 0, -2, 1)
DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
NOBODY = Secrets()


class Town:
    """One municipality. `number` is that of somebody of a home of its own."""

    def __init__(self, platform: Platform, slug: str, words: str, description: Description, *, number: str) -> None:
        self.slug, self.words, self.number = slug, words, number
        self.known: dict[str, list[str]] = defaultdict(list, chosen_in(slug))  #: by path parameter
        self.ids: set[str] = set()  #: of everything that it was told of
        self.wrong: dict[str, str] = {}  #: what was found, with the request that found it
        self.asked: Counter[int] = Counter()  #: by status
        self.tried: set[str] = set()  #: the operations that were asked
        self.done: set[str] = set()  #: the operations that were carried out
        self.told: set[str] = set()  #: the operations that have answered with its words
        self._today = str(platform.now().date())
        self._description, self._base, self._session = description, platform.gateway_url, requests.Session()
        self._tokens = {
            "home": platform.token(municipality=slug, roles=["home"], personal_number=number),
            "anna": platform.token(municipality=slug, roles=STAFF),
            "bo": platform.token(municipality=slug, roles=STAFF, sub="bo"),
        }

    @property
    def secrets(self) -> Secrets:
        """What nobody else may be told."""
        return Secrets(self.ids - self._description.public_ids, [self.words, self.number])

    def who_may(self, operation: Operation) -> list[str]:
        """One of those whose role it is, or of the staff."""
        roles = ROLES.get(self._description.said_of(operation)["operationId"], frozenset())
        return ["anna", "bo", *(["home"] if "home" in roles else [])] if roles != {"home"} else ["home"]

    def ask(self, case: Case, who: str, secrets: Secrets = NOBODY) -> Response:
        """The answer, judged and remembered; one that says to try again is asked for twice."""
        headers = {"Authorization": f"Bearer {self._tokens[who]}"}
        for _ in range(2):
            answer = case.call(self._base, self._session, headers, timeout=60)
            if answer.status_code not in (503, 504):
                break
        self.asked[answer.status_code] += 1
        self.tried.add(case.operation.label)
        for problem in wrong(case, answer, secrets):
            self.wrong.setdefault(f"{case.operation.label}: {problem}", described(case, who))
        if answer.status_code < 400:
            self.done.add(case.operation.label)
            self._remember(case.operation, answer)
        return answer

    def _remember(self, operation: Operation, answer: Response) -> None:
        if "json" in answer.headers.get("content-type", [""])[0]:
            for name, one in self._description.names_in(operation.path, answer.json()):
                if one not in self.known[name]:
                    self.known[name].append(one)
        self.ids |= set(ID.findall(text_of(answer)))
        if self.words in text_of(answer):
            self.told.add(operation.label)

    # What is asked with good input

    def example(self, operation: Operation, known: Mapping[str, list[str]], *, place: int = -1) -> Case | None:
        """The contract's example about something that is known; None where nothing is."""
        things = {one.name: known[one.name] for one in operation.path_parameters if one.name != MUNICIPALITY}
        if not all(things.values()):
            return None
        path = {name: found[place % len(found)] for name, found in things.items()} | {MUNICIPALITY: self.slug}
        kind, body = self._description.body_of(operation)
        body = FILES.get(kind or "", body)
        body = self._description.with_texts(operation, with_ids(body, known, place), self.words)
        headers = {"Access-Reason": "Because"}
        if "If-Match" in {one.name for one in operation.headers}:
            headers["If-Match"] = "*"
        sent = {"body": body, "media_type": kind} if kind else {"body": NOT_SET}
        return operation.Case(path_parameters=path, headers=headers, **sent)

    def fill(self) -> None:
        """Everything is asked for about what is newest; and what could not be done about other things, too."""
        writing = [one for one in self._description.operations if one.method not in ("get", "delete")]
        writing.sort(key=_ends)
        for place in PLACES:
            for operation in writing:
                if operation.label not in self.done:
                    self._try(operation, place)
            self.read(place)
        for operation in self._description.operations:
            if operation.method == "delete" and (case := self.example(operation, self.known)):
                self._do(case)

    def _try(self, operation: Operation, place: int) -> None:
        """What ends something ends a new one, where the contract's example makes one."""
        beginning = self._description.operation_of("post", operation.path.rpartition("/{")[0])
        if _ends(operation) and beginning and (case := self.example(beginning, self.known, place=place)):
            self._do(case)
        if case := self.example(operation, self.known, place=-1 if _ends(operation) else place):
            self._do(case)

    def _do(self, case: Case) -> None:
        """By another one where a second person is needed, and without what may not be said there."""
        for who in self.who_may(case.operation):
            answer = self.ask(case, who)
            if answer.status_code == 422:
                answer = self.ask(self._corrected(case, answer), who)
            if answer.status_code in (412, 428) and "If-Match" in case.headers:
                case.headers["If-None-Match"] = "*"
                del case.headers["If-Match"]
                answer = self.ask(case, who)
            if answer.status_code != 403:
                return

    def _corrected(self, case: Case, answer: Response) -> Case:
        """Without the words, and of today, where it was found wrong."""
        said = [one["pointer"] for one in answer.json().get("errors", [])]
        body = corrected(case.body, said, words=self.words, today=self._today)
        return case.operation.Case(
            path_parameters=case.path_parameters, headers=case.headers, body=body, media_type=case.media_type
        )

    def read(self, place: int) -> None:
        """Everything that can be read of what is known, of each kind the oldest (0) or the newest (-1)."""
        for operation in self._description.operations:
            if operation.method == "get" and (case := self.example(operation, self.known, place=place)):
                self.ask(case, self.who_may(operation)[0])


def chosen_in(slug: str) -> dict[str, list[str]]:
    """What callers name by themselves."""
    return {
        "key": [f"the-key-of-somebodys-draft-in-{slug}"],
        "layout-name": ["own"],
        "need-id": [str(uuid5(NAMESPACE_DNS, slug))],
        "pay-kind": ["fee"],
        "period": ["2026-01-01--2026-12-31"],
        "source": ["national"],
    }


def described(case: Case, who: str) -> str:
    """A request, to be asked again."""
    return f"{case.method} {case.formatted_path} {case.query} {dict(case.headers)} {str(case.body)[:1000]} by {who}"


def with_ids(value: Any, known: Mapping[str, list[str]], place: int, key: str = "") -> Any:
    """The same about what is known, where it names something by `…_id` or `…_ids`."""
    match value:
        case dict():
            return {name: with_ids(part, known, place, name) for name, part in value.items()}
        case list():
            return [with_ids(part, known, place, key.removesuffix("s")) for part in value]
        case str() if key.endswith("_id") and (found := known.get(key.replace("_", "-"))):
            return found[place % len(found)]
    return value


def corrected(value: Any, pointers: list[str], at: str = "", *, words: str, today: str) -> Any:
    """The same where a pointer leads without the words, and with the day of today for another one."""
    match value:
        case dict():
            return {
                key: corrected(part, pointers, f"{at}/{key}", words=words, today=today) for key, part in value.items()
            }
        case list():
            return [
                corrected(part, pointers, f"{at}/{place}", words=words, today=today) for place, part in enumerate(value)
            ]
        case str() if any(at == one or at.startswith(f"{one}/") for one in pointers):
            return today if DAY.fullmatch(value) else value.removesuffix(words).strip()
    return value


def _ends(operation: Operation) -> bool:
    return operation.path.rpartition("/")[2] in ENDS
