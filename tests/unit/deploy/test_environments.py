"""Every variable that a process reads is declared, can be chosen where the house is started, and is explained there."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from deploy.cli import environments
from deploy.cli.addresses import Addresses
from deploy.cli.main import main
from deploy.cli.names import APPLICATION, GATEWAY, ROOT, SERVICES
from deploy.cli.secrets import PASSWORD_NAMES, WIRE_KEY_NAMES, Secrets
from deploy.cli.state import Clock
from gateway.settings import GatewaySettings
from services.kernel.basics.environment import ProcessSettings, Variable, number, variable
from services.kernel.process.settings import ServiceSettings

KINDS: tuple[type[ProcessSettings], ...] = (ServiceSettings, GatewaySettings)
SECRETS = Secrets(dict.fromkeys((*PASSWORD_NAMES, *WIRE_KEY_NAMES, "HEMVIST_MASTER_KEYS"), "hidden"))
WHERE = Addresses("postgresql://admin:word@h:5432/postgres", "http://admin:word@h:15672", "h", 5672)
CLOCK = Clock(now="2026-04-01T08:00:00Z", at="2026-11-24T08:00:00Z")
ENVIRONMENT = re.compile("HEMVIST_[A-Z_]+")
WISHED = {name: "wished" for kind in KINDS for found in kind.variables() for name in found.names}


def environment(name: str, caller: Mapping[str, str] | None = None) -> dict[str, str]:
    """What the launcher gives a process."""
    shared = environments.shared(
        name, caller or {}, addresses=WHERE, secrets=SECRETS, clock=CLOCK, files=Path("/files")
    )
    if name == GATEWAY:
        return shared | environments.of_gateway(8080, SECRETS, tenants_file=Path("t"), issuer_dir=Path("i"))
    return shared | environments.of_service(name, WHERE, secrets=SECRETS)


def names_in(source: str) -> set[str]:
    """The variables that a module names."""
    strings = {node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)}
    return {text for text in strings if isinstance(text, str) and ENVIRONMENT.fullmatch(text)}


def undeclared(sources: Iterable[str], kinds: Iterable[type[ProcessSettings]] = KINDS) -> set[str]:
    """The variables that are named in code and declared nowhere."""
    declared = {name for kind in kinds for found in kind.variables() for name in found.names}
    return {name for source in sources for name in names_in(source)} - declared


def lacking(variables: Iterable[Variable], given: Mapping[str, str]) -> list[str]:
    """The variables that a container is not given, or with another default."""
    return [found.name for found in variables if not _is_given(found, given) and found.name not in of_the_image()]


def _is_given(found: Variable, given: Mapping[str, str]) -> bool:
    """With its default, or, where it has none, as compose makes it or as somebody may choose it."""
    default = found.form.default
    return found.name in given if default is None else given.get(found.name) == f"${{{found.name}:-{default}}}"


def in_container(name: str) -> dict[str, str]:
    """What compose gives a process."""
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    found: dict[str, str] = services[name]["environment"]
    return found


def of_the_image() -> set[str]:
    """What the images say themselves."""
    text = (ROOT / "deploy" / "docker" / "Dockerfile").read_text(encoding="utf-8")
    return set(re.findall(r"(HEMVIST_[A-Z_]+)=", text))


def unexplained(variables: Iterable[Variable], example: str) -> list[str]:
    """The variables with a default that the example does not show with it below a line that says what they mean."""
    explained = {
        line.removeprefix("# ") for block in _explained(example) for line in block if line.startswith("# HEMVIST_")
    }
    return [
        found.name
        for found in variables
        if found.form.default is not None and f"{found.name}={found.form.default}" not in explained
    ]


def _explained(example: str) -> Iterator[list[str]]:
    """The lines of each comment with the variables below it."""
    for block in re.findall(r"(?:^# (?!HEMVIST_).*\n)+((?:^# HEMVIST_.*\n)+)", example, re.MULTILINE):
        yield block.splitlines()


def ours() -> Iterator[str]:
    for folder in ("services", "gateway"):
        for file in (ROOT / folder).rglob("*.py"):
            yield file.read_text(encoding="utf-8")


def strange(default: int = 7) -> list[Variable]:
    return [variable("HEMVIST_STRANGE", "nobody knows", number(default)).metadata["variable"]]


class TestDeclared:
    def test_what_a_process_reads_is_declared_in_its_settings(self) -> None:
        assert undeclared(ours()) == {"HEMVIST_ROOT"}  # the key of Flask's own configuration

    def test_one_that_is_read_past_them_would_be_seen(self) -> None:
        source = 'import os\nx = os.environ["HEMVIST_STRANGE"]\ny = "HEMVIST_WORKERS"'
        assert undeclared([source]) == {"HEMVIST_STRANGE"}

    @pytest.mark.parametrize("kind", KINDS)
    def test_each_says_what_it_means(self, kind: type[ProcessSettings]) -> None:
        for found in kind.variables():
            assert ENVIRONMENT.fullmatch(found.name)
            assert len(found.means) > 10, found.name

    def test_a_name_means_one_thing(self) -> None:
        said = {(found.name, found.means, found.form.default) for kind in KINDS for found in kind.variables()}
        names = [name for name, *_ in said]
        assert sorted(names) == sorted(set(names))


class TestLauncher:
    @pytest.mark.parametrize("name", APPLICATION)
    def test_a_process_is_given_what_it_reads_and_nothing_else(self, name: str) -> None:
        given = environment(name, WISHED)
        read = {variable for found in environments.settings_of(name).variables() for variable in found.names}
        assert set(given) == read - {"HEMVIST_MASTER_KEYS_FILE"}

    @pytest.mark.parametrize("name", APPLICATION)
    def test_whoever_calls_chooses_all_but_what_the_launcher_makes(self, name: str) -> None:
        given = environment(name, WISHED)
        made = {key for key, value in given.items() if value != "wished"} | {"HEMVIST_ENVIRONMENT"}
        assert made == (environments.MADE & set(given)) | {"HEMVIST_NOW", "HEMVIST_NOW_AT"}

    def test_it_says_of_nothing_else_that_it_makes_it(self) -> None:
        made = {key for name in (*SERVICES, GATEWAY) for key in environment(name)}
        offered = {"HEMVIST_FILE_STORE"}  # a folder of its own, unless somebody chooses another place
        assert made - {"HEMVIST_NOW", "HEMVIST_NOW_AT"} - offered == environments.MADE

    def test_the_environment_is_the_callers_or_development(self) -> None:
        assert environment("intake")["HEMVIST_ENVIRONMENT"] == "development"
        chosen = environment("intake", {"HEMVIST_ENVIRONMENT": "production"})
        assert chosen["HEMVIST_ENVIRONMENT"] == "production"

    def test_a_file_with_other_master_keys_is_not_passed_on(self) -> None:
        assert "HEMVIST_MASTER_KEYS_FILE" not in environment("intake", {"HEMVIST_MASTER_KEYS_FILE": "/keys"})

    def test_the_help_says_what_can_be_chosen(self) -> None:
        said = " ".join(CliRunner().invoke(main, ["up", "--help"]).stdout.split())
        for found in environments.chosen():
            default = f" ({found.form.default})" if found.form.default is not None else ""
            assert f"{found.name}{default} {found.means}" in said


class TestContainers:
    @pytest.mark.parametrize("name", APPLICATION)
    def test_a_container_is_given_everything_that_can_be_chosen(self, name: str) -> None:
        assert lacking(environments.chosen(name), in_container(name)) == []

    @pytest.mark.parametrize("name", APPLICATION)
    def test_a_container_is_given_everything_that_its_process_needs(self, name: str) -> None:
        needed = {found.name for found in environments.settings_of(name).variables() if found.form.default is None}
        voluntary = {"HEMVIST_ISSUER_DIR"}  # the development issuer's
        assert needed - voluntary - of_the_image() <= set(in_container(name))

    def test_one_that_it_is_not_given_would_be_seen(self) -> None:
        given = in_container(GATEWAY)
        assert lacking(strange(), given) == ["HEMVIST_STRANGE"]
        assert lacking(strange(), {**given, "HEMVIST_STRANGE": "${HEMVIST_STRANGE:-8}"}) == ["HEMVIST_STRANGE"]
        assert lacking(strange(), {**given, "HEMVIST_STRANGE": "${HEMVIST_STRANGE:-7}"}) == []

    def test_the_example_explains_everything_that_can_be_chosen(self) -> None:
        example = (ROOT / ".env.example").read_text(encoding="utf-8")
        assert [name for name in unexplained(environments.chosen(), example) if name not in of_the_image()] == []

    def test_one_that_it_does_not_explain_would_be_seen(self) -> None:
        assert unexplained(strange(), "# HEMVIST_STRANGE=7\n") == ["HEMVIST_STRANGE"]
        assert unexplained(strange(), "# How strange it is.\n# HEMVIST_STRANGE=8\n") == ["HEMVIST_STRANGE"]
        assert unexplained(strange(), "# How strange it is.\n# HEMVIST_STRANGE=7\n") == []
