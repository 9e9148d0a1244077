"""URLs: made from addresses and passwords, whatever signs these hold."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from deploy.cli import addresses, secrets
from deploy.cli.addresses import Addresses
from deploy.cli.secrets import Secrets
from deploy.cli.trouble import Trouble

PASSWORD = "p@ss:/w%rd?#"
PORTS = {"postgres": 15432, "rabbitmq": 15672, "rabbitmq_management": 15673}


@pytest.fixture
def values(tmp_path: Path) -> Secrets:
    return secrets.load_or_make(tmp_path / "secrets.json", data_exists=False)


def external(**more: str) -> dict[str, str]:
    return {
        "HEMVIST_ADMIN_DATABASE_URL": "postgresql://root:secret@db.example:5433/postgres?sslmode=require",
        "HEMVIST_BROKER_ADMIN_URL": "http://admin:secret@broker.example:15672/",
        **more,
    }


def test_a_service_reaches_the_admins_server_with_its_own_role() -> None:
    where = addresses.from_environment(external())
    url = where.database_url("hemvist_intake", database="hemvist_intake", password=PASSWORD)
    parts = urlsplit(url)
    assert (parts.username, unquote(parts.password or "")) == ("hemvist_intake", PASSWORD)
    assert (parts.hostname, parts.port, parts.path) == ("db.example", 5433, "/hemvist_intake")
    assert parts.query == "sslmode=require"


def test_the_broker_is_on_the_host_of_its_management_unless_said_otherwise() -> None:
    url = addresses.from_environment(external()).broker_url("intake", password=PASSWORD)
    parts = urlsplit(url)
    assert (parts.hostname, parts.port, parts.path) == ("broker.example", 5672, "/hemvist")
    assert unquote(parts.password or "") == PASSWORD
    moved = addresses.from_environment(external(HEMVIST_BROKER_HOST="other", HEMVIST_BROKER_PORT="5673"))
    assert moved.broker_admin_amqp_url == "amqp://admin:secret@other:5673/hemvist"


def test_one_external_server_can_stand_beside_a_private_one(values: Secrets) -> None:
    only_database = {"HEMVIST_ADMIN_DATABASE_URL": external()["HEMVIST_ADMIN_DATABASE_URL"]}
    where = addresses.private_or_external(values, ports=PORTS, external=only_database)
    assert "db.example" in where.admin_database_url
    assert (where.broker_host, where.broker_port) == ("127.0.0.1", 15672)


def test_without_a_platform_every_missing_address_is_named() -> None:
    with pytest.raises(Trouble, match="HEMVIST_ADMIN_DATABASE_URL and HEMVIST_BROKER_ADMIN_URL"):
        addresses.from_environment({})


def test_what_is_printed_of_addresses_holds_no_password(values: Secrets) -> None:
    where: Addresses = addresses.private_or_external(values, ports=PORTS, external={})
    assert where.public == "127.0.0.1:15432, 127.0.0.1:15673"
    assert values.values[secrets.DATABASE_ADMIN_PASSWORD] not in repr(where)
