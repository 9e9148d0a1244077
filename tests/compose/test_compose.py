"""What the compose files promise, and the whole platform really started from them where there is an engine for it."""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from deploy.cli import secrets
from deploy.cli.names import APPLICATION, ROOT, SERVICES
from deploy.cli.trouble import Trouble

COMPOSE = ROOT / "docker-compose.yml"
DEVELOPMENT = ROOT / "deploy" / "docker" / "development.yml"
EXAMPLE = ROOT / ".env.example"
MAKE_SECRETS = re.compile(r"^#   (\(umask .*)$", re.MULTILINE)
SECRET = re.compile(r"^(\w+)=<(?:key|password)>$", re.MULTILINE)
TRIAL_SECONDS = 480


def config(*files: Path, env_file: Path = EXAMPLE) -> dict[str, Any]:
    """What compose makes of the files."""
    compose = Path(sys.executable).with_name("docker-compose")
    if not compose.exists():
        pytest.skip("docker-compose is not in this Python environment; ./hemvist check installs it")
    named = [part for file in files for part in ("--file", str(file))]
    done = subprocess.run(
        [compose, *named, "--env-file", env_file, "config", "--format", "json"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def secret_names() -> set[str]:
    return set(SECRET.findall(EXAMPLE.read_text(encoding="utf-8")))


def test_every_variable_is_explained_and_used():
    used = set(re.findall(r"\$\{(\w+)", COMPOSE.read_text(encoding="utf-8") + DEVELOPMENT.read_text(encoding="utf-8")))
    explained = set(re.findall(r"^(?:# )?([A-Z_]+)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE))
    assert explained - {"COMPOSE_FILE"} == used


def test_no_secret_has_a_default():
    text = COMPOSE.read_text(encoding="utf-8")
    for name in secret_names():
        forms = set(re.findall(rf"\$\{{{name}(\W[^}}]*)?\}}", text))
        assert forms == {":?see .env.example"}, name


def test_the_examples_values_are_refused():
    values = dict(re.findall(r"^(\w+)=(.+)$", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE))
    with pytest.raises(Trouble, match=r"still as in \.env\.example"):
        secrets.from_environment(values)


def test_the_command_in_the_example_makes_secrets(tmp_path: Path):
    shutil.copy(EXAMPLE, tmp_path)
    command = MAKE_SECRETS.findall(EXAMPLE.read_text(encoding="utf-8"))
    assert len(command) == 1
    subprocess.run(["sh", "-c", command[0]], cwd=tmp_path, check=True)
    made = tmp_path / ".env"
    values = dict(re.findall(r"^(\w+)=(.+)$", made.read_text(encoding="utf-8"), re.MULTILINE))
    assert set(values) == secret_names()
    assert len(set(values.values())) == len(values)
    assert made.stat().st_mode & 0o077 == 0
    assert secrets.from_environment(values).master_keys == values["HEMVIST_MASTER_KEYS"]


def test_every_container_is_confined():
    services = config(COMPOSE)["services"]
    assert set(services) == {*APPLICATION, "migrate", "postgres", "rabbitmq"}
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert int(service["mem_limit"]) > 0, name
        assert service["restart"] == ("no" if name == "migrate" else "unless-stopped"), name
        assert service["healthcheck"].get("disable", False) is (name == "migrate"), name
        assert "container_name" not in service, name
        assert ("ports" in service) is (name == "gateway"), name
        # The user of our own images stands in the Dockerfile; the trial looks at what really runs.
        assert ("build" in service) or service["user"] == "999:999", name


def test_each_container_gets_its_own_secrets_only(tmp_path: Path):
    telling = tmp_path / "env"
    telling.write_text("".join(f"{name}=the-{name}-\n" for name in secret_names()), encoding="utf-8")
    services = config(COMPOSE, env_file=telling)["services"]
    given = {name: set(re.findall(r"the-(\w+)-", json.dumps(service))) for name, service in services.items()}
    wire_keys = {f"HEMVIST_{service.upper()}_WIRE_KEY" for service in SERVICES}
    assert given["postgres"] == {"HEMVIST_DATABASE_ADMIN_PASSWORD"}
    assert given["rabbitmq"] == {"HEMVIST_BROKER_ADMIN_PASSWORD"}
    assert given["migrate"] == secret_names() - wire_keys
    assert given["gateway"] == {"HEMVIST_GATEWAY_BROKER_PASSWORD", *wire_keys}
    for service in SERVICES:
        own = {
            f"HEMVIST_{service.upper()}_{kind}"
            for kind in ("DATABASE_PASSWORD", "RELAY_PASSWORD", "BROKER_PASSWORD", "WIRE_KEY")
        }
        assert given[service] == {"HEMVIST_MASTER_KEYS", *own}


def test_only_a_try_out_has_the_development_issuer():
    production = config(COMPOSE)
    assert "issuer" not in json.dumps(production)
    assert {production["services"][name]["environment"]["HEMVIST_ENVIRONMENT"] for name in APPLICATION} == {
        "production"
    }
    services = config(COMPOSE, DEVELOPMENT)["services"]
    assert {services[name]["environment"]["HEMVIST_ENVIRONMENT"] for name in APPLICATION} == {"development"}
    assert [name for name in services if "HEMVIST_ISSUER_DIR" in services[name].get("environment", {})] == [
        "gateway",
        "migrate",
    ]


def engine() -> list[str]:
    """The words that give a command a container engine; skips where there is none to be had."""
    if shutil.which("docker") is None:
        pytest.skip("there is no docker command")
    asked = [["docker", "version"], ["docker", "compose", "version"]]
    if all(subprocess.run(words, check=False, capture_output=True).returncode == 0 for words in asked):
        return []
    private = Path(os.environ.get("WITH_DOCKER") or ROOT.parent / "shared" / "containers" / "with-docker")
    if not private.exists():
        pytest.skip("no container engine answers, and WITH_DOCKER names no command that starts one")
    if os.geteuid() != 0:
        pytest.skip("no container engine answers, and only root can start one")
    return ["bash", str(private), "--"]


@pytest.mark.timeout(TRIAL_SECONDS + 180)
def test_the_platform_runs_in_containers():
    # One trial at a time: they share the names of images and containers, and the engine's data.
    with (Path(tempfile.gettempdir()) / "hemvist-compose.lock").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Not a time-out of ours but of the script's: so it takes down what it started while its engine still runs.
        limited = ["timeout", "--kill-after=90", str(TRIAL_SECONDS), "bash", "tests/compose/try.sh"]
        done = subprocess.run(
            [*engine(), *limited],
            cwd=ROOT,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    assert done.returncode == 0, done.stdout
