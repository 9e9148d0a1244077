"""The platform on which a nation lies. It stays, so that the next measurement finds it filled."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from deploy.cli.platform import Platform
from tests.bench.measure import MANY, ROOT
from tests.bench.nation.fill import fill
from tests.bench.nation.sizes import Municipality, tenants

LIMITS = {f"HEMVIST_LIMIT_{name}": MANY for name in ("PER_CLIENT", "PER_MUNICIPALITY", "PUBLIC")}
QUIET = {"HEMVIST_ENVIRONMENT": "test", "HEMVIST_LOG_LEVEL": "WARNING"}


@contextmanager
def nation(some: list[Municipality], settings: Mapping[str, str] = LIMITS) -> Iterator[Platform]:
    """Runs it, filled; what an earlier run has filled is not filled again."""
    applications = sum(one.applications for one in some)
    folder = ROOT / ".hemvist" / "bench" / f"nation-{len(some)}-{applications}"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "tenants.toml"
    file.write_text(tenants(some), encoding="utf-8")
    platform = Platform(folder, extra_environment={**QUIET, **settings, "HEMVIST_TENANTS_FILE": str(file)})
    platform.up()
    try:
        fill(platform, some)
        yield platform
    finally:
        platform.down()
