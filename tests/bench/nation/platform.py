"""The platform on which a nation lies. It stays, so that the next measurement finds it filled."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from deploy.cli.platform import Platform
from tests.bench.measure import MANY, ROOT
from tests.bench.nation.fill import fill
from tests.bench.nation.sizes import Municipality, tenants

LIMITS = {f"HEMVIST_LIMIT_{name}": MANY for name in ("PER_CLIENT", "PER_MUNICIPALITY", "PUBLIC")}
QUIET = {"HEMVIST_ENVIRONMENT": "test", "HEMVIST_LOG_LEVEL": "WARNING"}


@contextmanager
def house(name: str, some: Sequence[Municipality], settings: Mapping[str, str] = LIMITS) -> Iterator[Platform]:
    """Runs a platform of a measurement's own with these municipalities; it is there again the next time."""
    folder = ROOT / ".hemvist" / "bench" / name
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "tenants.toml"
    file.write_text(tenants(some), encoding="utf-8")
    platform = Platform(folder, extra_environment={**QUIET, **settings, "HEMVIST_TENANTS_FILE": str(file)})
    platform.up()
    try:
        yield platform
    finally:
        platform.down()


@contextmanager
def nation(some: Sequence[Municipality], settings: Mapping[str, str] = LIMITS) -> Iterator[Platform]:
    """Runs one with a nation on it; what an earlier run has filled is not filled again."""
    with house(f"nation-{len(some)}-{sum(one.applications for one in some)}", some, settings) as platform:
        fill(platform, some)
        yield platform
