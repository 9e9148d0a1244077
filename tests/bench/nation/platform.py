"""The platform on which a nation lies. It stays, so that the next measurement finds it filled."""

import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Event
from typing import ClassVar

from deploy.cli.names import SERVICES
from deploy.cli.platform import Platform
from deploy.rabbitmq.provision import Management
from services.kernel.messages.topology import parked_queue
from tests.bench.measure import MANY, ROOT
from tests.bench.nation.fill import fill
from tests.bench.nation.sizes import Municipality, tenants
from tests.prove.platform import usual

BENCH = ROOT / ".hemvist" / "bench"
LIMITS = {f"HEMVIST_LIMIT_{name}": MANY for name in ("PER_CLIENT", "PER_MUNICIPALITY", "PUBLIC")}
QUIET = {"HEMVIST_ENVIRONMENT": "test", "HEMVIST_LOG_LEVEL": "WARNING"}
RESTS = 240.0  #: seconds that a platform is waited for until it has worked off what an earlier measurement left
FILLED = "filled"  #: the file that says so: what is half filled is thrown away


class House(Platform):
    """A platform whose second processes (`tests.prove.replicas`) stand on its servers themselves."""

    ways: ClassVar[Mapping[str, list[int]]] = {}
    command = staticmethod(usual)


@contextmanager
def house(name: str, some: Sequence[Municipality], settings: Mapping[str, str] = LIMITS) -> Iterator[House]:
    """Runs a platform of a measurement's own with these municipalities; it is there again the next time."""
    platform = _made(name, some, settings)
    try:
        platform.up()
        yield platform
    finally:
        platform.down()


@contextmanager
def nation(some: Sequence[Municipality], settings: Mapping[str, str] = LIMITS) -> Iterator[House]:
    """Runs one with a nation on it; what an earlier run has filled is not filled again."""
    name = f"nation-{len(some)}-{sum(one.applications for one in some)}"
    filled = BENCH / name / FILLED
    if not filled.exists():
        _filled(name, some)
        filled.touch()
    with house(name, some, settings) as platform:
        rest(platform)
        yield platform


def rest(platform: Platform) -> int:
    """Waits until every event that was told is worked on, so that nothing goes on beside what is measured next; how
    many are left when that takes too long."""
    until = time.monotonic() + RESTS
    while (left := _on_the_way(platform)) and time.monotonic() < until:
        Event().wait(0.5)
    if left:
        print(f"{left} events still wait to be worked on", flush=True)
    return left


def _on_the_way(platform: Platform) -> int:
    """Messages in the queues of reactions; what is parked is nobody's work."""
    parked = {parked_queue(service) for service in SERVICES}
    with Management(platform.broker_admin_url) as management:
        found = management.get("queues?disable_stats=true&enable_queue_totals=true")
    return sum(one.get("messages", 0) for one in found if one["name"] not in parked)


def _filled(name: str, some: Sequence[Municipality]) -> None:
    """Begins from nothing; no service runs meanwhile."""
    Platform(BENCH / name).down()
    shutil.rmtree(BENCH / name, ignore_errors=True)
    platform = _made(name, some, LIMITS)
    try:
        platform.up(services=())
        fill(platform, some)
    finally:
        platform.down()


def _made(name: str, some: Sequence[Municipality], settings: Mapping[str, str]) -> House:
    """The platform in its folder; what an earlier run has left running there is ended."""
    folder = BENCH / name
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "tenants.toml"
    file.write_text(tenants(some), encoding="utf-8")
    platform = House(folder, extra_environment={**QUIET, **settings, "HEMVIST_TENANTS_FILE": str(file)})
    platform.down()
    return platform
