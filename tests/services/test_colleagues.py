"""Every service learns who of the staff works in it, and each tells it under one id; nobody of a home is among them."""

import time
from collections.abc import Callable
from datetime import date

import pytest

from services.kernel.basics import clock
from services.kernel.messages.context import Context
from services.kernel.process.service import Service
from services.kernel.rows import colleagues
from services.kernel.secrecy import crypto
from services.kernel.testing import Harness
from services.placement.service import Placement
from services.vocabulary.staff import LIST_STAFF
from tests.contract.house import SERVICES
from tests.services.placement.conftest import ANNA, Desk


def staff(harness: Harness) -> list[str]:
    found = harness.do("list_staff", actor="root", roles=["admin"])["items"]
    return sorted(one["actor"] for one in found if one["actor"] != "root")


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES.keys())
class TestEachService:
    def test_it_says_who_has_worked_in_it(self, service: type[Service]) -> None:
        assert service.operations()["list_staff"] is LIST_STAFF


class TestHomes:
    def test_nobody_who_acts_for_a_home_is_of_the_staff(self, harness_of: Callable[[type[Service]], Harness]) -> None:
        placement = harness_of(Placement)
        Desk(placement).home()
        assert placement.do("list_homes", actor="anna", roles=["home"], personal_number=ANNA)["total"] == 1
        placement.do("list_homes", actor="eva", roles=["home", "caseworker"])
        placement.do("list_homes", actor="system", roles=["home", "operator"])
        assert staff(placement) == ["eva"]


def test_one_person_has_one_id_in_all_of_them_and_in_each_municipality_another() -> None:
    """It follows from the municipality's look-up key, which all services have."""
    keys = {1: crypto.new_key()}
    ids = [id_of("eva", crypto.Keyring(slug, keys)) for slug in ("orebro", "orebro", "vasteras")]
    assert ids[0] == ids[1] != ids[2]
    assert ids[0] != id_of("bo", crypto.Keyring("orebro", keys))


def id_of(actor: str, keyring: crypto.Keyring) -> str:
    context = Context(tenant="", actor=actor, roles=("admin",), request_id="", deadline=0)
    return str(colleagues.written(keyring, context, date(2026, 5, 2))[1][0])


def test_a_thousand_are_listed_in_a_moment(harness_of: Callable[[type[Service]], Harness]) -> None:
    placement = harness_of(Placement)
    keyring = placement.database.known(placement.tenant).keyring
    for number in range(1_000):
        context = Context(
            tenant=placement.tenant,
            actor=f"actor-{number}",
            actor_name=f"Anna {number}",
            roles=("caseworker",),
            request_id="",
            deadline=clock.seconds() + 60,
        )
        placement.database.keep(context, *colleagues.written(keyring, context, date(2026, 5, 2)))
    began = time.perf_counter()
    assert len(placement.do("list_staff", actor="root")["items"]) == 1_000
    assert time.perf_counter() - began < 1
