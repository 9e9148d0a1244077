"""The environment of every process of the application, from addresses, secrets and settings."""

from collections.abc import Mapping
from pathlib import Path

from deploy.cli.addresses import Addresses
from deploy.cli.secrets import Secrets
from deploy.cli.state import Clock

# Settings of the processes that whoever calls the launcher may choose.
PASSED_ON = (
    "HEMVIST_LOG_LEVEL",
    "HEMVIST_WORKERS",
    "HEMVIST_RETRY_DELAYS",
    "HEMVIST_LIMIT_PER_MUNICIPALITY",
    "HEMVIST_LIMIT_PER_CLIENT",
    "HEMVIST_LIMIT_PUBLIC",
    "HEMVIST_IDEMPOTENCY_DAYS",
    "HEMVIST_FILE_LIMIT",
    "HEMVIST_FILE_PLACES",
    "HEMVIST_SCANNER",
    # Credentials of a bucket, by the names that the tools of Amazon know.
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
)


def shared(
    name: str, caller: Mapping[str, str], *, addresses: Addresses, secrets: Secrets, clock: Clock | None, files: Path
) -> dict[str, str]:
    return {
        **{key: caller[key] for key in PASSED_ON if key in caller},
        "HEMVIST_ENVIRONMENT": caller.get("HEMVIST_ENVIRONMENT") or "development",
        "HEMVIST_FILE_STORE": caller.get("HEMVIST_FILE_STORE") or str(files),
        "HEMVIST_BROKER_URL": addresses.broker_url(name, password=secrets.broker_password(name)),
        **({"HEMVIST_NOW": clock.now, "HEMVIST_NOW_AT": clock.at} if clock else {}),
    }


def of_service(service: str, addresses: Addresses, *, secrets: Secrets) -> dict[str, str]:
    database = f"hemvist_{service}"
    password, relay = secrets.database_password(service), secrets.relay_password(service)
    return {
        "HEMVIST_DATABASE_URL": addresses.database_url(database, database=database, password=password),
        "HEMVIST_RELAY_DATABASE_URL": addresses.database_url(f"{database}_relay", database=database, password=relay),
        "HEMVIST_MASTER_KEYS": secrets.master_keys,
        "HEMVIST_WIRE_KEY": secrets.wire_key(service),
    }


def of_gateway(port: int, secrets: Secrets, *, tenants_file: Path, issuer_dir: Path) -> dict[str, str]:
    return {
        "HEMVIST_WIRE_KEYS": secrets.wire_keys,
        "HEMVIST_TENANTS_FILE": str(tenants_file),
        "HEMVIST_ISSUER_DIR": str(issuer_dir),
        "HEMVIST_GATEWAY_HOST": "127.0.0.1",
        "HEMVIST_GATEWAY_PORT": str(port),
    }
