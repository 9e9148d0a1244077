"""The desks of the demo: a municipality's staff and homes, who speak HTTP like any staff app."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

import requests
from rich.console import Console
from stdnum import luhn

Token = Callable[..., str]

PATIENCE = 60.0  #: seconds to wait for what other services do on their own


class DemoStopped(Exception):
    """The platform did not do what the story needs."""


@dataclass
class Desk:
    """One municipality's staff and homes at their screens."""

    base: str
    municipality: str
    token: Token
    console: Console
    numbers: list[str] = field(default_factory=list)  #: every personal number that was used

    def say(self, text: str) -> None:
        """A line of the story."""
        self.console.print(f"  {text}")

    def ask(self, method: str, path: str, role: str | None = None, **options: Any) -> requests.Response:
        """A request as somebody with a role (or several, with blanks between); `sub` and `personal_number` say who."""
        headers = dict(options.pop("headers", {}))
        who = {name: options.pop(name) for name in ("sub", "personal_number") if name in options}
        if role:
            token = self.token(municipality=self.municipality, roles=role.split(), **{"sub": role, **who})
            headers["Authorization"] = f"Bearer {token}"
        return requests.request(
            method, f"{self.base}/{self.municipality}{path}", headers=headers, timeout=60, **options
        )

    def do(self, method: str, path: str, role: str | None = None, **options: Any) -> dict[str, Any]:
        """As `ask`; the story stops when it is refused."""
        answer = self.ask(method, path, role, **options)
        if answer.status_code >= 400:
            problem = answer.json()
            raise DemoStopped(
                f"{method} {path}: {answer.status_code} {problem.get('detail')} {problem.get('errors', '')}"
            )
        body: dict[str, Any] = answer.json()
        return body

    def wait_for(self, what: str, found: Callable[[], Any]) -> Any:
        """What another service does on its own, by an event; stops when it does not come."""
        until = time.monotonic() + PATIENCE
        while not (result := found()):
            if time.monotonic() > until:
                raise DemoStopped(f"{what} did not come within {PATIENCE:.0f} seconds.")
            time.sleep(0.05)
        return result

    def find(self, path: str, role: str, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any] | None:
        """The first item of a list, over all its pages, that is wanted."""
        return next(filter(wanted, self.every(path, role)), None)

    def every(self, path: str, role: str) -> Iterator[dict[str, Any]]:
        """The items of a list, over all its pages."""
        for page in count(1):
            items = self.do("GET", f"{path}{'&' if '?' in path else '?'}limit=100&page={page}", role)["items"]
            if not items:
                return
            yield from items

    def child(self, years: int, today: date) -> str:
        """A test number of a child who has turned so many within the last ten months: of some thousand numbers, so that
        it is none whom an earlier play has placed."""
        born = today.replace(year=today.year - years, day=1) - timedelta(days=random.randint(1, 300))  # noqa: S311  # no secret
        return self.person(born)

    def person(self, born: date) -> str:
        """A test number of somebody born on that day."""
        serials = [f"{born:%Y%m%d}{serial}" for serial in range(980, 1000)]
        every = [f"{digits}{luhn.calc_check_digit(digits[2:])}" for digits in serials]
        number = random.choice([number for number in every if number not in self.numbers])  # noqa: S311  # no secret
        self.numbers.append(number)
        return number
