"""What a process reads from its environment: once, all problems reported together, no default for a secret.

Each of its settings is a field that says the variable's name and meaning, and how it is read. The launcher, its help
and the container files are held against these.
"""

import base64
import dataclasses
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

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

    @property
    def in_production(self) -> bool:
        """Whether it is said, or nothing is: production is what a process runs in unless somebody says otherwise."""
        return (self._values.get("HEMVIST_ENVIRONMENT") or "production") == "production"

    def text(self, name: str) -> str:
        value = self._values.get(name)
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

    def master_keys(self, name: str = "HEMVIST_MASTER_KEYS") -> tuple[bytes, ...]:
        """The keys themselves, or those in the file that `…_FILE` names; the newest first."""
        path = self.optional(f"{name}_FILE")
        if path:
            try:
                given = Path(path).read_text(encoding="ascii").strip()
            except OSError as problem:
                self.problems.append(f"{name}_FILE can not be read: {problem.strerror}")
                return ()
            except UnicodeDecodeError:
                given = "not a key"
        else:
            given = self._values.get(name, "")
        parts = [part.strip() for part in given.split(",") if part.strip()]
        if not parts:
            self.problems.append(f"{name}_FILE holds no key" if path else f"{name} is missing")
        return tuple(self.key(name, part) for part in parts)

    def environment(self, variable: str) -> str:
        """Where this runs. Only outside production is the clock moved."""
        name = self.choice(variable, ENVIRONMENTS, "production")
        if name == "production" and self._values.get("HEMVIST_NOW"):
            self.problems.append("HEMVIST_NOW is refused in production")
        for moved in ("HEMVIST_NOW", "HEMVIST_NOW_AT"):
            try:
                clock.instant(self._values.get(moved) or "1970-01-01T00:00:00Z")
            except ValueError:
                self.problems.append(f"{moved} is not an RFC 3339 instant")
        return name

    def finish(self) -> None:
        if self.problems:
            raise SettingsInvalid(self.problems)


@dataclass(frozen=True, slots=True)
class Form:
    """How a variable is read by its name, and the default as one would write it."""

    read: Callable[[Reader, str], Any]
    default: str | None = None


TEXT, KEY, OPTIONAL = Form(Reader.text), Form(Reader.key), Form(Reader.optional)


def text(default: str) -> Form:
    """Text that need not be given."""
    return Form(lambda reader, name: reader.optional(name) or default, default)


def number(default: int, *, least: int = 1) -> Form:
    """A whole number, `least` or more."""
    return Form(lambda reader, name: reader.number(name, default, least=least), str(default))


def choice(choices: Sequence[str], default: str) -> Form:
    """One of the choices."""
    return Form(lambda reader, name: reader.choice(name, choices, default), default)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A variable of the environment that a process reads."""

    name: str
    means: str
    form: Form
    beside: tuple[str, ...] = ()  #: variables that are read together with it

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.beside)


def variable(name: str, means: str, form: Form, *, beside: tuple[str, ...] = (), secret: bool = False) -> Any:
    """A field of a process's settings that is read from a variable; a secret one is not shown."""
    found = Variable(name=name, means=means, form=form, beside=beside)
    return dataclasses.field(repr=not secret, metadata={"variable": found})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessSettings:
    """What every process of the house needs. Each field is a `variable`, also those of the classes below this one."""

    environment: str = variable(
        "HEMVIST_ENVIRONMENT",
        "production, development or test; production refuses the development issuer and a moved clock",
        Form(Reader.environment, "production"),
        beside=("HEMVIST_NOW", "HEMVIST_NOW_AT"),
    )
    broker_url: str = variable("HEMVIST_BROKER_URL", "RabbitMQ, as the process's own user", TEXT, secret=True)
    log_level: str = variable("HEMVIST_LOG_LEVEL", ", ".join(LOG_LEVELS), choice(LOG_LEVELS, "INFO"))

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Raises `SettingsInvalid` with every problem at once."""
        reader = Reader(environment)
        values = {field: found.form.read(reader, found.name) for field, found in cls._variables()}
        reader.finish()
        return cls(**values)

    @classmethod
    def variables(cls) -> tuple[Variable, ...]:
        """Everything that the process reads."""
        return tuple(found for _, found in cls._variables())

    @classmethod
    def _variables(cls) -> Iterator[tuple[str, Variable]]:
        for field in dataclasses.fields(cls):
            yield field.name, field.metadata["variable"]
