"""What the launcher remembers between its runs: ports, the clock and where the servers are. Holds passwords of external
servers, so its file is private. A file that can not be read counts as none: everything in it can be found again.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from deploy.cli.secrets import write_private
from deploy.cli.trouble import Trouble
from services.kernel.basics import clock


@dataclass(frozen=True)
class Clock:
    """The instant `now` was true at the real instant `at`; time runs on from there. Both RFC 3339."""

    now: str
    at: str

    @classmethod
    def starting(cls, now: str) -> "Clock":
        try:
            zone = datetime.fromisoformat(now).tzinfo
        except ValueError:
            zone = None
        if zone is None:
            raise Trouble(f"HEMVIST_NOW is not an instant: {now}", "write it as in 2026-04-01T08:00:00Z.")
        return cls(now=now, at=clock.unmoved().isoformat(timespec="microseconds"))

    def read(self) -> datetime:
        return datetime.fromisoformat(self.now) + (clock.unmoved() - datetime.fromisoformat(self.at))


@dataclass(frozen=True)
class State:
    ports: Mapping[str, int] = field(default_factory=dict)
    clock: Clock | None = None
    external: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, path: Path) -> "State":
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                ports={str(name): int(port) for name, port in values["ports"].items()},
                clock=Clock(**values["clock"]) if values["clock"] else None,
                external={str(name): str(value) for name, value in values["external"].items()},
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls()

    def save(self, path: Path) -> None:
        write_private(path, json.dumps(asdict(self), indent=1))
