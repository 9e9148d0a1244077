"""Municipalities brought into the services' databases, each with one key that all of them share."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import Any

import psycopg
import pytest

from services.kernel.basics.ids import new_id
from services.kernel.messages.context import Context
from services.kernel.messages.tenants import Tenant
from services.kernel.rows import directory
from services.kernel.rows.database import Database
from services.kernel.rows.directory import rotate_key
from services.kernel.secrecy import crypto
from tests.conftest import database_url
from tests.services.kernel.conftest import House, make_tables

MASTER = crypto.new_key()
apply_tenants = partial(directory.apply_tenants, declared={})


@pytest.fixture(scope="module")
def places(probe_house: House) -> dict[str, str]:
    """Two services' databases, as their owners."""
    name = f"{probe_house.role}_second"
    with psycopg.connect(probe_house.servers.admin_database_url, autocommit=True) as connection:
        connection.execute(f"drop database if exists {name} with (force)")
        connection.execute(f"create database {name} owner {probe_house.role}_owner")
    second = probe_house.urls.owner.rpartition("/")[0] + f"/{name}"
    make_tables(second, probe_house.name)
    return {"first": probe_house.urls.owner, "second": second}


@pytest.fixture
def tenant() -> Tenant:
    slug = f"town-{new_id()[-12:]}"
    return Tenant(slug=slug, municipality_code="1880", name="Town", contact={"email": "a@b.se"})


@pytest.fixture
def second(probe_house: House, places: dict[str, str]) -> Iterator["psycopg.Connection[Any]"]:
    """The second database, as the superuser."""
    name = places["second"].rpartition("/")[2]
    with psycopg.connect(database_url(probe_house.servers, name), autocommit=True) as connection:
        yield connection


def keys(url: str, tenant: Tenant, *master_keys: bytes) -> dict[int, bytes]:
    with psycopg.connect(url) as connection:
        connection.execute("select set_config('hemvist.tenant', %s, true)", (tenant.slug,))
        rows = connection.execute("select version, wrapped from tenant_key").fetchall()
    return {version: crypto.unwrap(master_keys or (MASTER,), wrapped, tenant=tenant.slug) for version, wrapped in rows}


def forget(connection: "psycopg.Connection[Any]", tenant: Tenant) -> None:
    for table in ("tenant_key", "tenant_settings"):
        connection.execute(f"delete from {table} where tenant = %s", (tenant.slug,))
    connection.execute("delete from tenant where slug = %s", (tenant.slug,))


def opened(house: House) -> Database:
    return Database(house.urls.service, [MASTER], service="probe")


class TestApplyTenants:
    def test_twice_changes_nothing(self, places: dict[str, str], tenant: Tenant) -> None:
        said = apply_tenants(places, [tenant], [MASTER])
        assert said == [f"{place}: {tenant.slug} (Town)" for place in ("first", "second")]
        assert apply_tenants(places, [tenant], [MASTER]) == []

    def test_a_change_of_its_name_or_contact_is_brought_in(
        self, places: dict[str, str], tenant: Tenant, probe_house: House
    ) -> None:
        apply_tenants(places, [tenant], [MASTER])
        kept = keys(places["first"], tenant)
        for change in ({"name": "City"}, {"contact": {}}):
            tenant = replace(tenant, **change)  # type: ignore[arg-type]
            assert len(apply_tenants(places, [tenant], [MASTER])) == 2
            assert apply_tenants(places, [tenant], [MASTER]) == []
        assert keys(places["first"], tenant) == kept
        with closing(opened(probe_house)) as database:
            (shown,) = [one for one in database.municipalities() if one["slug"] == tenant.slug]
            assert shown == {"slug": tenant.slug, "municipality_code": "1880", "name": "City", "contact": {}}

    def test_the_key_is_the_same_in_both_databases_and_another_for_each_tenant(
        self, places: dict[str, str], tenant: Tenant
    ) -> None:
        other = replace(tenant, slug=f"{tenant.slug}-norr")
        apply_tenants(places, [tenant, other], [MASTER])
        assert keys(places["first"], tenant) == keys(places["second"], tenant)
        assert keys(places["first"], tenant) != keys(places["first"], other)

    def test_a_lost_database_gets_the_key_back(
        self, places: dict[str, str], tenant: Tenant, second: "psycopg.Connection[Any]"
    ) -> None:
        apply_tenants(places, [tenant], [MASTER])
        forget(second, tenant)
        assert keys(places["second"], tenant) == {}
        assert apply_tenants(places, [tenant], [MASTER]) == [f"second: {tenant.slug} (Town)"]
        assert keys(places["second"], tenant) == keys(places["first"], tenant)

    def test_the_first_database_may_be_the_lost_one(
        self, places: dict[str, str], tenant: Tenant, admin: "psycopg.Connection[Any]"
    ) -> None:
        apply_tenants(places, [tenant], [MASTER])
        before = keys(places["second"], tenant)
        forget(admin, tenant)
        apply_tenants(places, [tenant], [MASTER])
        assert keys(places["first"], tenant) == keys(places["second"], tenant) == before

    def test_beside_a_new_master_key_the_old_one_still_opens_and_can_then_be_given_up(
        self, places: dict[str, str], tenant: Tenant
    ) -> None:
        apply_tenants(places, [tenant], [MASTER])
        before = keys(places["first"], tenant)
        newer = crypto.new_key()
        assert len(apply_tenants(places, [tenant], [newer, MASTER])) == 2
        assert apply_tenants(places, [tenant], [newer]) == []
        assert keys(places["second"], tenant, newer) == keys(places["first"], tenant, newer) == before

    def test_with_a_wrong_master_key_nothing_is_changed(self, places: dict[str, str], tenant: Tenant) -> None:
        apply_tenants(places, [tenant], [MASTER])
        before = keys(places["first"], tenant)
        with pytest.raises(crypto.SealBroken):
            apply_tenants(places, [replace(tenant, name="City")], [crypto.new_key()])
        assert keys(places["first"], tenant) == before
        assert apply_tenants(places, [tenant], [MASTER]) == []

    def test_a_rotated_key_goes_along(
        self, places: dict[str, str], tenant: Tenant, admin: "psycopg.Connection[Any]"
    ) -> None:
        apply_tenants(places, [tenant], [MASTER])
        wrapped = crypto.wrap(MASTER, crypto.new_key(), tenant=tenant.slug)
        admin.execute("insert into tenant_key (tenant, version, wrapped) values (%s, 2, %s)", (tenant.slug, wrapped))
        apply_tenants(places, [tenant], [MASTER])
        assert keys(places["second"], tenant) == keys(places["first"], tenant)
        assert set(keys(places["second"], tenant)) == {1, 2}

    def test_what_was_sealed_before_a_rotation_opens_after_it(
        self, places: dict[str, str], tenant: Tenant, probe_house: House, admin: "psycopg.Connection[Any]"
    ) -> None:
        apply_tenants(places, [tenant], [MASTER])
        context = Context(tenant=tenant.slug, actor="", request_id="", deadline=0)
        with (
            closing(opened(probe_house)) as database,
            database.unit(context) as unit,
        ):
            sealed, lookup = unit.seal(b"secret", "t.c"), unit.lookup_person("189001019802")
        assert rotate_key(places, tenant.slug, [MASTER]) == 2
        assert keys(places["second"], tenant) == keys(places["first"], tenant)
        with (
            closing(opened(probe_house)) as database,
            database.unit(context) as unit,
        ):
            assert unit.open(sealed, "t.c") == b"secret"
            assert unit.lookup_person("189001019802") == lookup
            assert unit.seal(b"secret", "t.c")[:2] == b"\x00\x02"

    def test_nobody_unknown_gets_a_key(self, places: dict[str, str], tenant: Tenant) -> None:
        with pytest.raises(KeyError):
            rotate_key(places, tenant.slug, [MASTER])
        assert keys(places["first"], tenant) == {}

    def test_who_is_no_longer_named_stays(self, places: dict[str, str], tenant: Tenant) -> None:
        apply_tenants(places, [tenant], [MASTER])
        assert apply_tenants(places, [], [MASTER]) == []
        assert keys(places["first"], tenant)
