"""How a home is reached: as its adults have chosen, else by what its file says."""

from typing import Any

import pytest

from services.kernel.contracts.nudges import Reached, Way
from services.placement.homes.reach import reached, without_address

FILE = {"phone": "+46701740605", "email": "home@example.se"}
NOTHING: dict[str, str | None] = {"phone": None, "email": None}


def choice(*ways: str, email: str | None = None, phone: str | None = None) -> dict[str, Any]:
    return {"ways": list(ways), "email": email, "phone": phone}


def to(recipient: str, way: Way, address: str) -> Reached:
    return Reached(recipient=recipient, way=way, address=address)


def test_as_long_as_nobody_has_chosen_it_is_all_that_the_file_says() -> None:
    both = [to("h", Way.EMAIL, "home@example.se"), to("h", Way.SMS, "+46701740605")]
    assert reached("h", [("a", None), ("b", None)], FILE, protected=False) == both
    assert reached("h", [], {**FILE, "email": None}, protected=False) == both[1:]


@pytest.mark.parametrize("contact", [None, NOTHING])
def test_where_the_file_says_nothing_it_is_nobody(contact: dict[str, str | None] | None) -> None:
    assert reached("h", [("a", None)], contact, protected=False) == []


def test_who_has_chosen_is_reached_so_and_who_has_not_is_not() -> None:
    choices = [("a", choice("sms", phone="0701740606")), ("b", None)]
    assert reached("h", choices, FILE, protected=False) == [to("a", Way.SMS, "0701740606")]


def test_an_address_that_is_not_said_is_the_files() -> None:
    choices = [("a", choice("email", "sms", email="anna@example.se"))]
    assert reached("h", choices, FILE, protected=False) == [
        to("a", Way.EMAIL, "anna@example.se"),
        to("a", Way.SMS, "+46701740605"),
    ]


def test_two_who_share_an_address_are_reached_there_once() -> None:
    choices = [("a", choice("sms")), ("b", choice("sms", "email", email="bo@example.se"))]
    assert reached("h", choices, FILE, protected=False) == [
        to("a", Way.SMS, "+46701740605"),
        to("b", Way.EMAIL, "bo@example.se"),
    ]


def test_who_wants_nothing_is_not_reached_by_the_file_either() -> None:
    assert reached("h", [("a", choice())], FILE, protected=False) == []


def test_a_protected_identity_is_reached_only_as_somebody_has_chosen() -> None:
    assert reached("h", [("a", None)], FILE, protected=True) == []
    assert reached("h", [("a", choice("email"))], FILE, protected=True) == [to("a", Way.EMAIL, "home@example.se")]


def test_a_way_needs_an_address_of_its_own_or_of_the_file() -> None:
    assert without_address(choice("email", "sms"), FILE) == []
    assert without_address(choice("email", "sms"), NOTHING) == [Way.EMAIL, Way.SMS]
    assert without_address(choice("email", "sms", phone="0701740605"), None) == [Way.EMAIL]
