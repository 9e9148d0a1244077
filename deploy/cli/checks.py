"""The checks that need no running platform: style, types, the house's borders, libraries, secrets, container files."""

import subprocess
import sys
from pathlib import Path

from rich.console import Console

from deploy.cli.names import ROOT
from deploy.cli.steps import ProgressLines, step
from deploy.cli.trouble import Trouble

BIN = Path(sys.executable).parent
CHECKS = {
    "ruff check": ["ruff", "check", ".", "hemvist"],
    "ruff format": ["ruff", "format", "--check", ".", "hemvist"],
    "mypy": ["mypy"],
    "import borders": ["lint-imports"],
    "libraries that are imported": ["deptry", "."],
    "libraries that fit": ["python", "-m", "pip", "--disable-pip-version-check", "check"],
    "what is committed": ["python", "-m", "tests.committed"],
    "docker-compose.yml": ["docker-compose", "--env-file", ".env.example", "config", "-q"],
    "Dockerfiles": ["hadolint", "deploy/docker/Dockerfile", *map(str, ROOT.glob("tests/compose/*.Dockerfile"))],
}


def run(console: Console) -> None:
    """All of them, also after one has failed; what the failed ones print is shown."""
    failed = [name for name, command in CHECKS.items() if not _passes(name, command, console)]
    if failed:
        raise Trouble(f"Failed: {', '.join(failed)}.", "correct what stands above, then ./hemvist check.")


def _passes(name: str, command: list[str], console: Console) -> bool:
    try:
        with step(name, ProgressLines(console)):
            subprocess.run(
                [BIN / command[0], *command[1:]],
                cwd=ROOT,
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
    except subprocess.CalledProcessError as failure:
        console.print(failure.stdout.rstrip(), markup=False, highlight=False)
        return False
    except FileNotFoundError:
        raise Trouble(
            f"{BIN / command[0]} is missing.", "run it as ./hemvist check, which installs the tools first."
        ) from None
    return True
