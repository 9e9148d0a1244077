"""A process starts with the right settings, or says everything that is wrong at once, and no secret."""

import base64
from pathlib import Path

import pytest

from services.kernel.basics.environment import Reader, SettingsInvalid
from services.kernel.messages import outgoing
from services.kernel.process.settings import ServiceSettings

KEY, OTHER = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))
RIGHT = {
    "HEMVIST_ENVIRONMENT": "test",
    "HEMVIST_DATABASE_URL": "postgresql://u:hidden-word@h/d",
    "HEMVIST_RELAY_DATABASE_URL": "postgresql://r:hidden-word@h/d",
    "HEMVIST_BROKER_URL": "amqp://u:hidden-word@h/v",
    "HEMVIST_MASTER_KEYS": KEY,
    "HEMVIST_WIRE_KEY": OTHER,
    "HEMVIST_FILE_STORE": "/var/lib/hemvist/files",
}


def problems(**changed: str) -> list[str]:
    with pytest.raises(SettingsInvalid) as invalid:
        ServiceSettings.read({**RIGHT, **changed})
    assert str(invalid.value) == "; ".join(invalid.value.problems)
    return invalid.value.problems


#: What no header carries: nothing, what is no Latin-1, an edge that is cut off, a line.
NO_SECRET = ("", "hidden-wörd-€", " hidden-word", "hidden\\nword")


class TestServiceSettings:
    def test_what_is_not_said_has_a_default_but_no_secret_has(self) -> None:
        settings = ServiceSettings.read(RIGHT)
        assert (settings.workers, settings.log_level, settings.alive_file) == (10, "INFO", None)
        assert settings.retry_delays == (1_000, 10_000, 60_000, 600_000)
        assert (settings.master_keys, settings.wire_key) == ((b"\x01" * 32,), b"\x02" * 32)

    def test_all_problems_are_reported_together(self) -> None:
        with pytest.raises(SettingsInvalid) as invalid:
            ServiceSettings.read({"HEMVIST_WORKERS": "many", "HEMVIST_RETRY_DELAYS": "soon"})
        assert sorted(invalid.value.problems) == [
            "HEMVIST_BROKER_URL is missing",
            "HEMVIST_DATABASE_URL is missing",
            "HEMVIST_FILE_STORE is missing",
            "HEMVIST_MASTER_KEYS is missing",
            "HEMVIST_RELAY_DATABASE_URL is missing",
            "HEMVIST_RETRY_DELAYS is not a list of milliseconds",
            "HEMVIST_WIRE_KEY is missing",
            "HEMVIST_WORKERS is not a whole number of 1 or more",
        ]

    @pytest.mark.parametrize("name", sorted(set(RIGHT) - {"HEMVIST_ENVIRONMENT"}))
    def test_an_empty_variable_is_missing(self, name: str) -> None:
        assert problems(**{name: ""}) == [f"{name} is missing"]

    @pytest.mark.parametrize("keys", [",", " , ", f"{KEY},nonsense", "AAAA", "nyckel-åäö", KEY[:-4]])
    def test_master_keys_that_are_none_are_refused(self, keys: str) -> None:
        assert problems(HEMVIST_MASTER_KEYS=keys) in (
            ["HEMVIST_MASTER_KEYS is not a 32-byte key in base64"],
            ["HEMVIST_MASTER_KEYS is missing"],
        )

    def test_several_master_keys_are_read_the_newest_first(self) -> None:
        read = ServiceSettings.read({**RIGHT, "HEMVIST_MASTER_KEYS": f"{OTHER}, {KEY}"})
        assert read.master_keys == (b"\x02" * 32, b"\x01" * 32)

    def test_they_may_lie_in_a_file(self, tmp_path: Path) -> None:
        file = tmp_path / "keys"
        file.write_text(f"{KEY}\n", encoding="ascii")
        environment = {**RIGHT, "HEMVIST_MASTER_KEYS": "", "HEMVIST_MASTER_KEYS_FILE": str(file)}
        assert ServiceSettings.read(environment).master_keys == (b"\x01" * 32,)

    @pytest.mark.parametrize("content", [b"", b"\n", "nyckel-åäö".encode()])
    def test_a_file_without_a_key_is_a_problem(self, tmp_path: Path, content: bytes) -> None:
        file = tmp_path / "keys"
        file.write_bytes(content)
        (problem,) = problems(HEMVIST_MASTER_KEYS_FILE=str(file))
        assert problem.startswith("HEMVIST_MASTER_KEYS")

    def test_a_file_that_is_not_there_is_a_problem(self, tmp_path: Path) -> None:
        (problem,) = problems(HEMVIST_MASTER_KEYS_FILE=str(tmp_path / "none"))
        assert problem == "HEMVIST_MASTER_KEYS_FILE can not be read: No such file or directory"

    @pytest.mark.parametrize("workers", ["0", "-1", "1.5", "ten"])
    def test_without_workers_nothing_would_be_done(self, workers: str) -> None:
        assert problems(HEMVIST_WORKERS=workers) == ["HEMVIST_WORKERS is not a whole number of 1 or more"]

    @pytest.mark.parametrize("delays", ["soon", "1,,2", "-5", "0", "1.5"])
    def test_delays_are_milliseconds(self, delays: str) -> None:
        assert problems(HEMVIST_RETRY_DELAYS=delays) == ["HEMVIST_RETRY_DELAYS is not a list of milliseconds"]

    def test_without_a_mail_server_and_secrets_nothing_is_sent(self) -> None:
        settings = ServiceSettings.read(RIGHT)
        assert (settings.mail, settings.sms_secrets) == (None, {})

    def test_a_mail_server_has_a_sender(self) -> None:
        server = {"HEMVIST_MAIL": "smtps://anna:hidden-word@mail.example", "HEMVIST_MAIL_SENDER": "a@b.example"}
        found = ServiceSettings.read({**RIGHT, **server}).mail
        assert found is not None
        assert (found.address.host, found.password, found.sender) == ("mail.example", "hidden-word", "a@b.example")
        (problem,) = problems(HEMVIST_MAIL=server["HEMVIST_MAIL"])
        assert problem.startswith("HEMVIST_MAIL is no smtps://")
        assert "hidden-word" not in problem

    @pytest.mark.parametrize(
        "wrong",
        [
            *("hidden-word", '["hidden-word"]', '{"orebro": 7}', '{"orebro": "hidden\\nword"}'),
            *('{"orebro": ""}', '{"orebro": "Basic abc "}', '{"orebro": "hidden-wörd-€"}'),
        ],
    )
    def test_secrets_of_providers_are_texts_by_municipality(self, wrong: str) -> None:
        assert problems(HEMVIST_SMS_SECRETS=wrong) == ["HEMVIST_SMS_SECRETS is no JSON object of texts"]
        right = ServiceSettings.read({**RIGHT, "HEMVIST_SMS_SECRETS": '{"orebro": "Basic abc"}'})
        assert right.sms_secrets == {"orebro": "Basic abc"}
        assert "Basic abc" not in repr(right)

    @pytest.mark.parametrize(
        "wrong",
        [
            "hidden-word",
            '["hidden-word"]',
            '{"orebro": "hidden-word"}',
            '{"orebro": {"register.police": {"url": "https://a.example", "secret": "hidden-word"}}}',
            '{"orebro": {"register.police": {"url": "ftp://a.example", "header": "X", "secret": "hidden-word"}}}',
            '{"orebro": {"r": {"url": "https://a.example", "header": "X", "secret": "s", "seconds": 11}}}',
            *(
                f'{{"orebro": {{"r": {{"url": "https://a.example", "header": "X", "secret": "{no}"}}}}}}'
                for no in NO_SECRET
            ),
        ],
    )
    def test_connections_are_addresses_with_a_secret_by_municipality_and_system(self, wrong: str) -> None:
        (problem,) = problems(HEMVIST_CONNECTIONS=wrong)
        assert problem == "HEMVIST_CONNECTIONS is no JSON object of connections by municipality and system"
        stated = '{"url": "https://a.example/q", "header": "X", "secret": "hidden-word"}'
        right = ServiceSettings.read({**RIGHT, "HEMVIST_CONNECTIONS": f'{{"orebro": {{"register.police": {stated}}}}}'})
        assert right.connections["orebro"]["register.police"].url == "https://a.example/q"
        assert "hidden-word" not in repr(right)

    def test_a_connection_that_says_no_seconds_has_those_of_the_house(self) -> None:
        stated = '{"url": "https://a.example/q", "header": "X", "secret": "s", "seconds": null}'
        found = ServiceSettings.read({**RIGHT, "HEMVIST_CONNECTIONS": f'{{"orebro": {{"register.police": {stated}}}}}'})
        assert found.connections["orebro"]["register.police"].seconds == outgoing.LONGEST

    def test_a_log_level_that_is_none_is_refused(self) -> None:
        assert problems(HEMVIST_LOG_LEVEL="LOUD") == [
            "HEMVIST_LOG_LEVEL is none of DEBUG, INFO, WARNING, ERROR, CRITICAL"
        ]


class TestEnvironment:
    def test_not_said_it_is_production(self) -> None:
        assert ServiceSettings.read({**RIGHT, "HEMVIST_ENVIRONMENT": ""}).environment == "production"

    def test_another_one_is_refused(self) -> None:
        assert problems(HEMVIST_ENVIRONMENT="prod") == ["HEMVIST_ENVIRONMENT is none of development, test, production"]

    @pytest.mark.parametrize("environment", ["production", ""])
    def test_production_refuses_to_move_the_clock(self, environment: str) -> None:
        moved = {"HEMVIST_ENVIRONMENT": environment, "HEMVIST_NOW": "2026-04-01T08:00:00Z"}
        assert problems(**moved) == ["HEMVIST_NOW is refused in production"]

    @pytest.mark.parametrize("wrong", ["tomorrow", "2026-04-01", "2026-04-01T08:00:00"])
    def test_the_clocks_start_is_an_instant(self, wrong: str) -> None:
        assert problems(HEMVIST_NOW=wrong) == ["HEMVIST_NOW is not an RFC 3339 instant"]
        assert problems(HEMVIST_NOW_AT=wrong) == ["HEMVIST_NOW_AT is not an RFC 3339 instant"]


class TestSecrets:
    def test_they_are_not_shown_with_the_settings(self) -> None:
        shown = repr(ServiceSettings.read(RIGHT))
        for hidden in ("hidden-word", KEY, OTHER, repr(b"\x01" * 32), repr(b"\x02" * 32)):
            assert hidden not in shown

    def test_they_are_not_in_the_text_of_problems(self) -> None:
        wrong = KEY[:-1] + "!"
        said = problems(HEMVIST_MASTER_KEYS=wrong, HEMVIST_WIRE_KEY=wrong, HEMVIST_WORKERS="hidden-word")
        for hidden in (wrong, "hidden-word"):
            assert hidden not in str(said)

    def test_a_reader_keeps_its_values_to_itself(self) -> None:
        assert "hidden-word" not in repr(Reader(RIGHT))
