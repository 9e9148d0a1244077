"""What was acknowledged, as the clients have it: nothing of it lies where the platform could lose it."""

import json
import time
from collections import Counter
from dataclasses import dataclass
from threading import Lock
from typing import IO


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that was answered with success."""

    kind: str  #: `application`, `contact`, `qualified`
    id: str  #: of the application
    lookup: str  #: the personal number that nobody else has applied with


class Ledger:
    """Facts in the order in which they were acknowledged, each on disk before the client goes on. Thread-safe."""

    def __init__(self, file: IO[str]) -> None:
        self.facts: list[Fact] = []
        self.longest_silence = 0.0  #: seconds between two acknowledgements, whoever's
        self.retries: Counter[str] = Counter()  #: by what was answered instead
        self._file = file
        self._lock = Lock()
        self._last = time.monotonic()

    def write(self, fact: Fact) -> None:
        """Keeps an acknowledged fact."""
        with self._lock:
            now = time.monotonic()
            self.longest_silence, self._last = max(self.longest_silence, now - self._last), now
            self._file.write(json.dumps([fact.kind, fact.id]) + "\n")
            self._file.flush()
            self.facts.append(fact)

    def retry(self, why: str) -> None:
        """Counts an answer that was none."""
        with self._lock:
            self.retries[why] += 1

    def of(self, kind: str) -> list[Fact]:
        """The facts of a kind."""
        return [fact for fact in self.facts if fact.kind == kind]
