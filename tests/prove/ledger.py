"""What was acknowledged, as the clients have it: nothing of it lies where the platform could lose it."""

import json
import time
from collections import Counter
from dataclasses import asdict, dataclass
from threading import Lock
from typing import IO


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that was answered with success."""

    kind: str  #: `application`, `contact`, `qualified`, `decision`, `placement`, `end`, `agreement`, `claim`, `pay run`
    id: str  #: of the thing in the place in which it is looked for
    home: str = ""
    starts_on: str = ""
    ends_on: str = ""
    amount: str = ""  #: kronor


class Ledger:
    """Facts in the order in which they were acknowledged, each on disk before the client goes on. Thread-safe."""

    def __init__(self, file: IO[str]) -> None:
        self.facts: list[Fact] = []
        self.longest_silence = 0.0  #: seconds between two acknowledgements, whoever's
        self.retries: Counter[str] = Counter()  #: by what was answered instead
        self.refused: Counter[str] = Counter()  #: by the refusal that was right
        self._file = file
        self._lock = Lock()
        self._last = time.monotonic()

    def write(self, fact: Fact) -> None:
        """Keeps an acknowledged fact."""
        with self._lock:
            self._file.write(json.dumps({name: said for name, said in asdict(fact).items() if said}) + "\n")
            self._file.flush()
            self.facts.append(fact)

    def answered(self) -> None:
        """Somebody has got an answer."""
        with self._lock:
            now = time.monotonic()
            self.longest_silence, self._last = max(self.longest_silence, now - self._last), now

    def rest(self) -> None:
        """Nobody asks for a while: that is no silence of the platform's."""
        with self._lock:
            self._last = time.monotonic()

    def retry(self, why: str) -> None:
        """Counts an answer that was none."""
        with self._lock:
            self.retries[why] += 1

    def refuse(self, why: str) -> None:
        """Counts a refusal that was expected."""
        with self._lock:
            self.refused[why] += 1

    def of(self, kind: str) -> list[Fact]:
        """The facts of a kind."""
        return [fact for fact in self.facts if fact.kind == kind]

    def last_days(self) -> dict[str, str]:
        """Of each placement the last day that was said last; none of one that goes on."""
        return {fact.id: fact.ends_on for fact in self.of("placement") + self.of("end")}
