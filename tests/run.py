"""One run of the suite: a folder of its own below `.hemvist/test`, and whatever is started in it.

The process in which pytest was called begins the run and ends it; the workers of pytest-xdist find it through the
environment. What an interrupted run left behind is ended by the next one. Knows of no test and of no fixture.
"""

import atexit
import fcntl
import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO, Any, Self

from deploy.cli import belongings, ports
from deploy.cli.names import POSTGRES, ROOT
from deploy.cli.platform import MANAGER, Platform

RUNS = ROOT / ".hemvist" / "test"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
_FOLDER = "HEMVIST_TEST_RUN"
_OWNER = "owner"  #: the file of a run's folder whose lock is held by whoever answers for it
_SETTINGS = {
    "HEMVIST_ENVIRONMENT": "test",
    "HEMVIST_RETRY_DELAYS": "100,200",
    "HEMVIST_LIMIT_PER_CLIENT": "1000000",
    "HEMVIST_LIMIT_PER_MUNICIPALITY": "1000000",
    "HEMVIST_LIMIT_PUBLIC": "1000000",
}


ALONE = (
    "gavle",
    "kiruna",
    "ystad",
)  #: towns in which nobody else does anything, for a test that looks at all that there is
FUZZED = ("habo", "mora")  #: two towns in which everything is asked that is described
REGISTERED = "motala"  #: a town whose police's register is asked by the house
SECRET = "Bearer between-the-two"
_TOWN = """
[[tenant]]
slug = "{0}"
municipality_code = "0000"
name = "{0}"
identity_provider = {{ kind = "development" }}
"""


class Run:
    """A run, in the hands of the process that answers for it: while it lives, it holds the folder's lock."""

    def __init__(self, folder: Path, owner: IO[str]) -> None:
        self.folder = folder
        self.keep_files = False  #: for whoever will want to read them
        self._owner = owner

    @classmethod
    def begin(cls, runs: Path = RUNS) -> Self:
        """Other runs may go on beside it; those for which nobody answers any more are ended."""
        runs.mkdir(parents=True, exist_ok=True)
        with locked(runs / "lock"):
            for left in [path.parent for path in runs.glob(f"*/{_OWNER}")]:
                if owner := _lock_of_nobody(left):
                    end_processes(left)
                    shutil.rmtree(left)
                    owner.close()
            folder = runs / str(os.getpid())
            folder.mkdir(exist_ok=True)
            owner = _lock_of_nobody(folder)
        assert owner, "nobody else knows of this folder"
        os.environ[_FOLDER] = str(folder)
        return cls(folder, owner)

    def end(self) -> None:
        """Ends what was started in it."""
        end_processes(self.folder)
        if not self.keep_files:
            shutil.rmtree(self.folder)
        self._owner.close()

    @property
    def logs(self) -> list[Path]:
        """Where servers and services wrote what they did."""
        return sorted(self.folder.glob("*/logs"))


def _lock_of_nobody(folder: Path) -> IO[str] | None:
    """The lock of a run's folder, now held; None when another process answers for it."""
    file = (folder / _OWNER).open("w", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def end_processes(folder: Path) -> None:
    """At once, without what keeps data whole: nobody will use it. The manager first, for it starts again what ended."""
    for state_dir in [path for path in folder.iterdir() if path.is_dir()]:
        end_platform(state_dir)


def end_platform(state_dir: Path) -> None:
    """As `end_processes`, one platform's."""
    belongings.end(state_dir, names=[MANAGER], sign=signal.SIGKILL)
    belongings.end(state_dir, names=[POSTGRES], sign=signal.SIGQUIT)  # at a SIGKILL it would leave shared memory
    belongings.end(state_dir, sign=signal.SIGKILL)


# What a worker asks


def folder() -> Path:
    """The folder of the run that this process works for."""
    return Path(os.environ[_FOLDER])


@cache
def platform(name: str, kind: type[Platform]) -> Platform:
    """A platform in it, not started. What a worker starts in it goes on when the worker ends, until the run ends."""
    given = {"HEMVIST_TENANTS_FILE": str(_tenants()), "HEMVIST_CONNECTIONS": json.dumps(_connections())}
    made = kind(folder() / name, extra_environment=_SETTINGS | given)
    atexit.register(made.let_go)
    return made


@cache
def register_port() -> int:
    """Where the police's register of a town of its own is asked, by the platforms of this process."""
    return ports.choose(["register"], seed=str(folder()))["register"]


def _connections() -> dict[str, Any]:
    register = {"url": f"http://127.0.0.1:{register_port()}/ask", "header": "Authorization", "secret": SECRET}
    return {REGISTERED: {"register.police": register}}


def _tenants() -> Path:
    """The municipalities of the house, and towns in which a test is alone."""
    file = folder() / "tenants.toml"
    with locked(folder() / "tenants.lock"):
        if not file.exists():
            house = (Path(__file__).parents[1] / "deploy" / "tenants.toml").read_text(encoding="utf-8")
            file.write_text(house + "".join(map(_TOWN.format, (*ALONE, *FUZZED, REGISTERED))), encoding="utf-8")
    return file


def own(name: str) -> str:
    """The name that something on servers which all workers share has in this worker."""
    return f"{name}_{WORKER}"


def once(name: str, make: Callable[[], None]) -> None:
    """Makes it in the first worker that asks; the others wait until it is there."""
    done = folder() / f"{name}.done"
    with locked(folder() / f"{name}.lock"):
        if not done.exists():
            make()
            done.touch()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time."""
    with path.open("w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
