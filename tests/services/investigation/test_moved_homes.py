"""What lay with an investigation before homes had files is the home's afterwards, in every municipality."""

from collections.abc import Iterator

import psycopg
import pytest

from deploy.cli.platform import Platform
from services.investigation.service import Investigation
from services.kernel.basics.environment import Reader
from services.kernel.basics.ids import new_id
from services.kernel.messages.context import Context
from services.kernel.messages.tenants import Tenant
from services.kernel.rows.database import Database
from services.kernel.rows.directory import apply_tenants
from services.kernel.rows.migration import running
from services.kernel.rows.tables import SealedJson
from services.kernel.testing import Harness
from tests.conftest import fresh_database

POSITION = {"latitude": 59.27, "longitude": 15.21}
ANNA = {"given_name": "Anna", "family_name": "Andersson", "personal_number": "189001019802", "relation": "applicant"}

INVESTIGATION = """insert into investigation (id, application_id, home_id, status, assignments, languages,
    household_complete, protected_identity, opened_at, details, version, changed_at)
    values (%s, %s, %s, %s, '{family_home}', '{sv,ar}', true, false, now(), %s, 1, now())"""
OTHER = "another"


@pytest.fixture
def before(servers: Platform) -> Iterator[Harness]:
    """Investigation with two municipalities, its database as it was before homes had files."""
    urls = fresh_database(servers, "investigation", "test_moved_homes")
    master_keys = Reader({"HEMVIST_MASTER_KEYS": servers.secrets.master_keys}).master_keys()
    database = Database(urls.service, master_keys, service="investigation", declared=Investigation.declared_settings())
    harness = Harness(Investigation, database, urls.owner, urls.relay, master_keys)
    harness.tenant = harness.new_tenant()
    apply_tenants(
        {"investigation": urls.owner},
        [Tenant(slug=OTHER, municipality_code="1881", name=OTHER, settings={})],
        master_keys,
        declared={},
    )
    database.known(harness.tenant)  # as long as the tables of this release are there
    database.known(OTHER)
    running.downgrade("investigation", urls.owner, "0008")
    yield harness
    database.close()


def write_down(harness: Harness, tenant: str, status: str) -> str:
    """An investigation of Anna's home with its check, as the release before wrote them; the home's id."""
    home_id, investigation_id, adult_id = new_id(), new_id(), new_id()
    with harness.database.unit(Context(tenant=tenant, actor="", request_id="", deadline=0)):
        details = SealedJson("investigation.details").process_bind_param(
            {"position": POSITION, "children_birth_years": [2015]}, None
        )
        person = SealedJson("adult.person").process_bind_param(ANNA, None)
    with psycopg.connect(harness.owner_url) as connection:
        connection.execute("select set_config('hemvist.tenant', %s, false)", (tenant,))
        connection.execute(INVESTIGATION, (investigation_id, new_id(), home_id, status, details))
        adult = "insert into adult (id, investigation_id, person, lookup) values (%s, %s, %s, 'anna')"
        connection.execute(adult, (adult_id, investigation_id, person))
        check = "insert into register_check (id, investigation_id, adult_id, register) values (%s, %s, %s, 'police')"
        connection.execute(check, (new_id(), investigation_id, adult_id))
    return home_id


def test_a_home_of_the_release_before_has_a_file(before: Harness) -> None:
    homes = {
        (before.tenant, "approved"): write_down(before, before.tenant, "approved"),
        (before.tenant, "open"): write_down(before, before.tenant, "open"),
        (OTHER, "approved"): write_down(before, OTHER, "approved"),
    }
    running.upgrade("investigation", before.owner_url)
    for (tenant, status), home_id in homes.items():
        found = before.do("get_home_file", home_id=home_id, tenant=tenant)
        assert (found["name"], found["languages"], found["household_complete"]) == (
            "Anna Andersson",
            ["sv", "ar"],
            True,
        )
        assert (found["children_at_home"], found["phone"]) == ([{"birth_year": 2015}], None)
        assert found["approvals_wait"] is False
        assert [adult["checks_due"] for adult in found["adults"]] == [status == "open"]
        (investigation,) = found["investigations"]
        assert (investigation["kind"], investigation["status"]) == ("application", status)
        shown = before.do("get_investigation", investigation_id=investigation["id"], tenant=tenant)
        assert [adult["given_name"] for adult in shown["adults"]] == ["Anna"]
    assert before.do("list_investigations", tenant=OTHER)["total"] == 1


def test_what_was_moved_can_be_moved_back(before: Harness) -> None:
    home_id = write_down(before, before.tenant, "approved")
    running.upgrade("investigation", before.owner_url)
    running.downgrade("investigation", before.owner_url, "0008")
    running.upgrade("investigation", before.owner_url)
    assert before.do("get_home_file", home_id=home_id)["name"] == "Anna Andersson"
