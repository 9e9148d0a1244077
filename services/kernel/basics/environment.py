"""What a process reads from its environment: once, all problems reported together, no default for a secret."""

import base64
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from services.kernel.basics import clock

ENVIRONMENTS = ("development", "test", "production")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class SettingsInvalid(Exception):
    """The environment does not hold what this process needs."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Reader:
    """Reads variables and remembers every problem until `finish`."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._values = os.environ if environment is None else environment
        self.problems: list[str] = []

    def text(self, name: str, default: str | None = None) -> str:
        value = self._values.get(name, default)
        if not value:
            self.problems.append(f"{name} is missing")
            return ""
        return value

    def optional(self, name: str) -> str | None:
        return self._values.get(name) or None

    def number(self, name: str, default: int, *, least: int = 1) -> int:
        """A whole number, `least` or more."""
        text = self._values.get(name) or str(default)
        if not (text.isascii() and text.isdigit()) or int(text) < least:
            self.problems.append(f"{name} is not a whole number of {least} or more")
            return default
        return int(text)

    def choice(self, name: str, choices: Sequence[str], default: str) -> str:
        value = self._values.get(name) or default
        if value not in choices:
            self.problems.append(f"{name} is none of {', '.join(choices)}")
        return value

    def key(self, name: str, value: str | None = None) -> bytes:
        """A 32-byte key in base64. The problem names the variable, never its value."""
        try:
            raw = base64.b64decode(self.text(name) if value is None else value, validate=True)
        except ValueError:  # also signs that are not ASCII
            raw = b""
        if len(raw) != 32 and f"{name} is missing" not in self.problems:
            self.problems.append(f"{name} is not a 32-byte key in base64")
        return raw

    def master_keys(self) -> tuple[bytes, ...]:
        """`HEMVIST_MASTER_KEYS`, or the file that `HEMVIST_MASTER_KEYS_FILE` names; the newest first."""
        path = self.optional("HEMVIST_MASTER_KEYS_FILE")
        if path:
            try:
                given = Path(path).read_text(encoding="ascii").strip()
            except OSError as problem:
                self.problems.append(f"HEMVIST_MASTER_KEYS_FILE can not be read: {problem.strerror}")
                return ()
            except UnicodeDecodeError:
                given = "not a key"
        else:
            given = self._values.get("HEMVIST_MASTER_KEYS", "")
        parts = [part.strip() for part in given.split(",") if part.strip()]
        if not parts:
            self.problems.append("HEMVIST_MASTER_KEYS_FILE holds no key" if path else "HEMVIST_MASTER_KEYS is missing")
        return tuple(self.key("HEMVIST_MASTER_KEYS", part) for part in parts)

    def environment(self) -> str:
        name = self.choice("HEMVIST_ENVIRONMENT", ENVIRONMENTS, "production")
        if name == "production" and self._values.get("HEMVIST_NOW"):
            self.problems.append("HEMVIST_NOW is refused in production")
        for variable in ("HEMVIST_NOW", "HEMVIST_NOW_AT"):
            try:
                clock.instant(self._values.get(variable) or "1970-01-01T00:00:00Z")
            except ValueError:
                self.problems.append(f"{variable} is not an RFC 3339 instant")
        return name

    def finish(self) -> None:
        if self.problems:
            raise SettingsInvalid(self.problems)
