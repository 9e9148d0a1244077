"""Secrets: made once, kept private, and never half present."""

import json
import stat
from pathlib import Path

import pytest

from deploy.cli import secrets
from deploy.cli.trouble import Trouble


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "secrets.json"


class TestLoadOrMake:
    def test_the_file_can_be_read_by_its_owner_only(self, file: Path) -> None:
        secrets.load_or_make(file, data_exists=False)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_a_second_time_gives_the_same_secrets(self, file: Path) -> None:
        assert secrets.load_or_make(file, data_exists=False) == secrets.load_or_make(file, data_exists=True)

    def test_no_two_secrets_are_the_same(self, file: Path) -> None:
        values = list(secrets.load_or_make(file, data_exists=False).values.values())
        assert len(values) == len(set(values))

    def test_a_secret_that_a_later_version_needs_is_added_and_the_others_stay(self, file: Path) -> None:
        before = secrets.load_or_make(file, data_exists=False)
        file.write_text(json.dumps({name: value for name, value in before.values.items() if "MENTORSHIP" not in name}))
        after = secrets.load_or_make(file, data_exists=True)
        assert after.values.keys() == before.values.keys()
        assert after.master_keys == before.master_keys

    def test_without_the_file_the_data_of_before_is_not_given_new_keys(self, file: Path) -> None:
        with pytest.raises(Trouble, match="is gone"):
            secrets.load_or_make(file, data_exists=True)
        assert not file.exists()

    def test_a_printed_object_shows_no_secret(self, file: Path) -> None:
        values = secrets.load_or_make(file, data_exists=False)
        assert values.master_keys not in repr(values)


class TestFromEnvironment:
    def test_all_missing_passwords_are_reported_together(self) -> None:
        present = "HEMVIST_INTAKE_OWNER_PASSWORD"
        with pytest.raises(Trouble) as raised:
            secrets.from_environment({present: "x", "HEMVIST_INTAKE_RELAY_PASSWORD": ""})
        assert [name for name in secrets.PASSWORD_NAMES if name not in raised.value.what] == [present]

    def test_a_migration_job_needs_no_master_keys_until_it_asks_for_them(self) -> None:
        values = secrets.from_environment(dict.fromkeys(secrets.PASSWORD_NAMES, "x"))
        assert values.broker_password("gateway") == "x"
        with pytest.raises(Trouble, match="HEMVIST_MASTER_KEYS"):
            _ = values.master_keys

    def test_master_keys_may_lie_in_a_file(self, tmp_path: Path) -> None:
        keys = tmp_path / "keys"
        keys.write_text("bmV3,b2xk\n")
        environment = {**dict.fromkeys(secrets.PASSWORD_NAMES, "x"), "HEMVIST_MASTER_KEYS_FILE": str(keys)}
        assert secrets.from_environment(environment).master_keys == "bmV3,b2xk"


def test_the_gateway_gets_a_wire_key_for_every_service(file: Path) -> None:
    values = secrets.load_or_make(file, data_exists=False)
    pairs = dict(part.split("=", 1) for part in values.wire_keys.split(","))
    assert pairs == {service: values.wire_key(service) for service in pairs}
    assert len(pairs) == 5
