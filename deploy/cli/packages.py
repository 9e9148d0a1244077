"""Finding PostgreSQL's and RabbitMQ's programs on this machine and installing Debian's packages when they are missing.

Starts no server of its own and does not let the packages start theirs.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from deploy.cli.trouble import Trouble, from_log

POSTGRES_OLDEST = (15,)
RABBITMQ_OLDEST = (3, 10)
WITHOUT_RIGHTS = "or run everything in containers: docker compose up"
NO_SERVICE_STARTS = "#!/bin/sh\nexit 101\n"


def find_postgres(*, major: int | None = None, root: Path = Path("/usr/lib/postgresql")) -> Path | None:
    """The folder of the newest usable PostgreSQL programs, or of exactly the major version that wrote the data."""
    found = _versions(root.glob("*/bin/postgres"), r"/(\d+)/bin/postgres$", POSTGRES_OLDEST)
    fitting = [path for version, path in found if major is None or version[0] == major]
    return fitting[-1].parent if fitting else None


def find_rabbitmq(*, root: Path = Path("/usr/lib/rabbitmq/lib")) -> Path | None:
    """The start script of the newest usable RabbitMQ (not /usr/sbin's wrapper, which runs only as its own user)."""
    pattern = r"rabbitmq_server-(\d+)\.(\d+)[^/]*/sbin/rabbitmq-server$"
    found = _versions(root.glob("rabbitmq_server-*/sbin/rabbitmq-server"), pattern, RABBITMQ_OLDEST)
    return found[-1][1] if found else None


def _versions(paths: Iterable[Path], pattern: str, oldest: tuple[int, ...]) -> list[tuple[tuple[int, ...], Path]]:
    found = []
    for path in paths:
        if match := re.search(pattern, str(path)):
            found.append((tuple(int(part) for part in match.groups()), path))
    return sorted(entry for entry in found if entry[0] >= oldest)


def install(packages: Sequence[str], log: Path) -> None:
    """Needs root and apt; what it printed lies in the log."""
    command = f"apt-get install --no-install-recommends {' '.join(packages)}"
    if not shutil.which("apt-get"):
        raise Trouble(f"Not found on this machine: {', '.join(packages)}.", f"install it, {WITHOUT_RIGHTS}")
    if os.geteuid() != 0:
        raise Trouble(
            f"Not installed, and only root may install it: {', '.join(packages)}.",
            f"sudo {command}; then ./hemvist up again; {WITHOUT_RIGHTS}",
        )
    policy = Path("/usr/sbin/policy-rc.d")
    ours = not policy.exists()
    try:
        if ours:
            policy.write_text(NO_SERVICE_STARTS, encoding="ascii")
            policy.chmod(0o755)
        with log.open("w", encoding="utf-8") as output:
            for arguments in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
                _apt(arguments, output.fileno(), log)
    finally:
        if ours:
            policy.unlink(missing_ok=True)


def _apt(arguments: Sequence[str], output: int, log: Path) -> None:
    done = subprocess.run(
        ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=3", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        check=False,
    )
    if done.returncode != 0:
        raise from_log(
            f"apt-get {arguments[0]} failed.", log, then=f"correct what it says and try again, {WITHOUT_RIGHTS}."
        )
