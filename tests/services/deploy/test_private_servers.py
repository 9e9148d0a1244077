"""Private PostgreSQL and RabbitMQ, really started: who may enter, what survives a kill, what stays behind."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import requests
from click.testing import CliRunner

from deploy.cli import belongings, private_postgres, private_rabbitmq, secrets
from deploy.cli.main import main
from deploy.cli.platform import Platform
from deploy.postgres import provision as postgres
from deploy.rabbitmq import provision as rabbitmq
from deploy.rabbitmq.provision import Management


@dataclass(frozen=True)
class Allowed:
    configure: str = "^rpc-intake$"
    write: str = "^nameko-rpc$"
    read: str = "^rpc-intake$"
    topics: tuple[tuple[str, str, str], ...] = (("nameko-rpc", "^rpc\\.reply-.*$", "^intake\\..*$"),)


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    # Not tmp_path: its folders are closed to the user that PostgreSQL runs as when the tests run as root.
    with tempfile.TemporaryDirectory(prefix="hemvist-") as folder:
        Path(folder).chmod(0o711)
        platform = Platform(Path(folder) / "state")
        platform.up_servers()
        yield platform
        platform.down()
        assert belongings.find(platform.state_dir) == []


@pytest.fixture
def passwords(platform: Platform) -> dict[str, postgres.DatabasePasswords]:
    """Provisioned twice, because the second time must change nothing."""
    values = platform.secrets
    passwords = {
        service: postgres.DatabasePasswords(
            service=values.database_password(service),
            owner=values.owner_password(service),
            relay=values.relay_password(service),
        )
        for service in ("intake", "placement")
    }
    for _ in range(2):
        postgres.provision(platform.admin_database_url, passwords)
    return passwords


def enter(platform: Platform, role: str, *, database: str, password: str) -> "psycopg.Connection":
    return psycopg.connect(platform.addresses.database_url(role, database=database, password=password))


@pytest.mark.usefixtures("passwords")
class TestDatabases:
    def test_a_service_enters_its_own_database_and_no_other(self, platform: Platform) -> None:
        password = platform.secrets.database_password("intake")
        enter(platform, "hemvist_intake", database="hemvist_intake", password=password).close()
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            enter(platform, "hemvist_intake", database="hemvist_placement", password=password)

    def test_nobody_enters_with_another_password(self, platform: Platform) -> None:
        for role in ("postgres", "hemvist_intake"):
            with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
                enter(platform, role, database="hemvist_intake", password="guess")

    def test_only_the_owner_makes_tables(self, platform: Platform) -> None:
        values = platform.secrets
        owner, service = values.owner_password("intake"), values.database_password("intake")
        with enter(platform, "hemvist_intake", database="hemvist_intake", password=service) as connection:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("CREATE TABLE public.mine ()")
            connection.rollback()
        with enter(platform, "hemvist_intake_owner", database="hemvist_intake", password=owner) as connection:
            connection.execute("CREATE TABLE public.mine ()")
            connection.rollback()

    def test_no_role_stands_above_row_level_security(self, platform: Platform) -> None:
        with psycopg.connect(platform.admin_database_url) as connection:
            rows = connection.execute(
                "SELECT rolname FROM pg_roles WHERE rolname LIKE 'hemvist%' AND (rolsuper OR rolbypassrls)"
            ).fetchall()
        assert rows == []

    def test_a_role_that_was_given_more_is_brought_back(
        self, platform: Platform, passwords: dict[str, postgres.DatabasePasswords]
    ) -> None:
        with psycopg.connect(platform.admin_database_url, autocommit=True) as connection:
            connection.execute("ALTER ROLE hemvist_intake SUPERUSER")
            connection.execute("GRANT CONNECT ON DATABASE hemvist_intake TO PUBLIC")
            postgres.provision(platform.admin_database_url, passwords)
            row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = 'hemvist_intake'").fetchone()
        assert row == (False,)
        other = platform.secrets.database_password("placement")
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            enter(platform, "hemvist_placement", database="hemvist_intake", password=other)


class TestBroker:
    @pytest.fixture
    def management(self, platform: Platform) -> Iterator[Management]:
        user = rabbitmq.BrokerUser(platform.secrets.broker_password("intake"), Allowed())
        for _ in range(2):
            rabbitmq.provision(platform.broker_admin_url, vhost="hemvist", users={"intake": user})
        with Management(platform.broker_admin_url) as management:
            yield management

    def test_there_is_no_guest(self, platform: Platform, management: Management) -> None:
        assert {user["name"] for user in management.get("users")} == {"hemvist_admin", "intake"}
        guest = requests.get(
            f"http://127.0.0.1:{platform.state.ports['rabbitmq_management']}/api/overview",
            auth=("guest", "guest"),
            timeout=5,
        )
        assert guest.status_code == 401

    def test_a_user_may_what_was_said_and_a_withdrawn_exchange_is_forgotten(
        self, platform: Platform, management: Management
    ) -> None:
        (allowed,) = management.get("users/intake/permissions")
        assert (allowed["configure"], allowed["write"]) == ("^rpc-intake$", "^nameko-rpc$")
        assert len(management.get("topic-permissions/hemvist/intake")) == 1
        less = rabbitmq.BrokerUser(platform.secrets.broker_password("intake"), Allowed(topics=()))
        rabbitmq.provision(platform.broker_admin_url, vhost="hemvist", users={"intake": less})
        assert management.get("topic-permissions/hemvist/intake") == []


def test_a_killed_server_comes_back_and_a_stopped_one_when_it_is_started(platform: Platform) -> None:
    before = platform.process("postgres")
    platform.kill("postgres")
    platform.start("postgres")
    assert platform.process("postgres") != before
    platform.stop("rabbitmq")
    assert not private_rabbitmq.answers(platform.broker_admin_url)
    platform.start("rabbitmq")
    assert private_rabbitmq.answers(platform.broker_admin_url)


def test_no_secret_stands_in_the_process_list_or_in_a_file_of_others(platform: Platform) -> None:
    hidden = [value.encode() for name, value in platform.secrets.values.items() if name != secrets.ERLANG_COOKIE]
    for belonging in belongings.find(platform.state_dir):
        line = Path(f"/proc/{belonging.pid}/cmdline").read_bytes()
        assert not any(value in line for value in hidden)
    for file in platform.state_dir.rglob("*"):
        if file.is_file() and file.stat().st_mode & 0o077:
            assert not any(value in file.read_bytes() for value in hidden), file


def test_after_the_manager_was_killed_everything_is_found_ended_and_started_again(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = next(one.pid for one in belongings.find(platform.state_dir) if not one.name)
    os.kill(manager, 9)
    monkeypatch.setenv("HEMVIST_STATE_DIR", str(platform.state_dir))
    assert "orphaned" in CliRunner().invoke(main, ["status"]).stdout
    platform.up_servers()
    assert private_postgres.answers(platform.admin_database_url)
