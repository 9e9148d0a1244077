"""The file of municipalities: everything that is wrong in it is said at once."""

from pathlib import Path

import pytest

from services.kernel.messages.tenants import read_tenants

ROOT = Path(__file__).parents[3]
RIGHT = """
[[tenant]]
slug = "orebro"
municipality_code = "1880"
name = "Örebro kommun"
identity_provider = { kind = "development" }
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tenants.toml"


def wrong(file: Path, content: str) -> str:
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r".") as problem:
        read_tenants(file)
    return str(problem.value)


class TestReadTenants:
    def test_the_delivered_file_holds_together(self) -> None:
        tenants = {tenant.slug: tenant for tenant in read_tenants(ROOT / "deploy" / "tenants.toml")}
        codes = {slug: tenant.municipality_code for slug, tenant in tenants.items()}
        assert codes == {"orebro": "1880", "stockholm": "0180", "vasteras": "1980", "borlange": "2081"}

    def test_several_boards_of_one_city_are_several_tenants(self, file: Path) -> None:
        file.write_text(RIGHT + RIGHT.replace("orebro", "orebro-norr"), encoding="utf-8")
        assert [tenant.slug for tenant in read_tenants(file)] == ["orebro", "orebro-norr"]

    @pytest.mark.parametrize(
        ("right", "faulty", "problem"),
        [
            ('"orebro"', '"Örebro"', "tenant 1: slug must be lower-case letters, digits and hyphens"),
            ('"orebro"', '"Orebro"', "tenant 1: slug must be lower-case letters, digits and hyphens"),
            ('"orebro"', '"ore bro"', "tenant 1: slug must be lower-case letters, digits and hyphens"),
            ('"orebro"', '"../orebro"', "tenant 1: slug must be lower-case letters, digits and hyphens"),
            ('"orebro"', '""', "tenant 1: slug must be lower-case letters, digits and hyphens"),
            ('"orebro"', '"-"', "tenant 1: slug must be lower-case letters, digits and hyphens"),
            ('"orebro"', "1880", "tenant 1: slug must be text"),
            ('"1880"', '"188"', "tenant orebro: municipality_code must be four digits"),
            ('"1880"', '"18800"', "tenant orebro: municipality_code must be four digits"),
            ('"1880"', '"188x"', "tenant orebro: municipality_code must be four digits"),
            ('"1880"', '"188²"', "tenant orebro: municipality_code must be four digits"),
            ('"1880"', "1880", "tenant 1: municipality_code must be text"),
            ('"Örebro kommun"', "1", "tenant 1: name must be text"),
            ('"development"', '"letter"', "tenant orebro: identity_provider.kind must be development, oidc or jwks"),
            ('{ kind = "development" }', '"development"', "tenant 1: identity_provider must be a table"),
            ("name =", 'webhook_hosts = "a.example"\nname =', "tenant 1: webhook_hosts must be a list of hosts"),
            (
                "name =",
                'webhook_hosts = ["https://a.example"]\nname =',
                "tenant 1: webhook_hosts must be a list of hosts",
            ),
            ("name =", 'sms = "x"\nname =', "tenant 1: sms must be a table"),
            (
                "name =",
                'sms = { url = "https://a.example" }\nname =',
                "tenant orebro: sms must have url, header and body",
            ),
            ("name =", "webhook_hosts = [7]\nname =", "tenant 1: webhook_hosts must be a list of hosts"),
            ("name =", "title =", "tenant 1: "),
            ('name = "Örebro kommun"', "", "tenant 1: "),
            ('name = "Örebro kommun"', 'name = "Ö"\nsettings = 21', "tenant 1: settings must be a table"),
            ('name = "Örebro kommun"', 'name = "Ö"\ncontact = "call"', "tenant 1: contact must be a table"),
        ],
    )
    def test_a_wrong_entry_is_named(self, file: Path, right: str, faulty: str, problem: str) -> None:
        assert problem in wrong(file, RIGHT.replace(right, faulty))

    @pytest.mark.parametrize(
        ("providers", "problem"),
        [
            (
                'identity_provider = { kind = "development" }\nresidents_provider = { kind = "development" }',
                "tenant orebro: identity_provider.roles must say what staff may be, beside a residents_provider",
            ),
            (
                (
                    'identity_provider = { kind = "oidc", issuer = "https://a", roles = ["recruiter"] }\n'
                    'residents_provider = { kind = "oidc", issuer = "https://a" }'
                ),
                "tenant orebro: identity_provider and residents_provider have the same issuer",
            ),
            (
                'identity_provider = { kind = "development", roles = "home" }',
                "tenant orebro: identity_provider.roles must be a list of texts",
            ),
            (
                (
                    'identity_provider = { kind = "development", roles = ["recruiter"] }\n'
                    'residents_provider = { kind = "letter" }'
                ),
                "tenant orebro: residents_provider.kind must be development, oidc or jwks",
            ),
        ],
    )
    def test_two_logins_are_told_apart(self, file: Path, providers: str, problem: str) -> None:
        assert wrong(file, RIGHT.replace('identity_provider = { kind = "development" }', providers)) == problem

    def test_a_slug_is_given_once(self, file: Path) -> None:
        assert wrong(file, RIGHT + RIGHT) == "slug orebro is given twice"

    def test_all_problems_are_said_together(self, file: Path) -> None:
        said = wrong(file, RIGHT.replace('"1880"', '"1"') + RIGHT.replace('"development"', '"letter"'))
        assert said.split("; ") == [
            "tenant orebro: municipality_code must be four digits",
            "tenant orebro: identity_provider.kind must be development, oidc or jwks",
            "slug orebro is given twice",
        ]

    @pytest.mark.parametrize("content", ["[[tenant]", "tenant = 5", 'tenant = "orebro"', "tenant = [1]", "\x00"])
    def test_a_file_of_another_form_is_refused(self, file: Path, content: str) -> None:
        assert wrong(file, content)

    def test_a_file_that_names_no_tenant_is_empty_by_mistake_or_not_yet_filled(self, file: Path) -> None:
        file.write_text("", encoding="utf-8")
        assert read_tenants(file) == []


class TestSettings:
    """They are named with their service."""

    @pytest.mark.parametrize(
        "stated",
        [
            "settings = { intake.contact_days = 14, investigation.approval_years = 3 }",
            'settings = { "intake.contact_days" = 14, "investigation.approval_years" = 3 }',
            "[tenant.settings]\nintake.contact_days = 14\ninvestigation.approval_years = 3",
            "[tenant.settings.intake]\ncontact_days = 14\n[tenant.settings.investigation]\napproval_years = 3",
        ],
    )
    def test_however_the_file_writes_them(self, file: Path, stated: str) -> None:
        file.write_text(RIGHT + stated, encoding="utf-8")
        (tenant,) = read_tenants(file)
        assert tenant.settings == {"intake.contact_days": 14, "investigation.approval_years": 3}

    def test_without_its_service_it_keeps_the_name_that_it_has(self, file: Path) -> None:
        file.write_text(RIGHT + "settings = { contact_days = 14 }", encoding="utf-8")
        assert read_tenants(file)[0].settings == {"contact_days": 14}

    def test_each_is_stated_once(self, file: Path) -> None:
        twice = 'settings = { "intake.contact_days" = 14, intake.contact_days = 21 }'
        assert wrong(file, RIGHT + twice) == "tenant orebro: setting intake.contact_days is given twice"

    def test_none_is_stated_unless_the_file_does(self, file: Path) -> None:
        file.write_text(RIGHT, encoding="utf-8")
        assert read_tenants(file)[0].settings == {}
