"""R11: what a home that applies again says of itself, and what its file knows beside it."""

from datetime import date
from typing import Any

import pytest

from services.investigation.model import Home
from tests.unit.investigation.factories import MAY, make_investigation

ADDRESS = {"street": "Storgatan 1", "postcode": "702 11", "locality": "Örebro"}
PLACE = {"latitude": 59.27, "longitude": 15.21}
ELSEWHERE = {"street": "Kungsgatan 2", "postcode": "903 26", "locality": "Umeå"}


def apply_again(**said: Any) -> Home:
    """The file of a home in Örebro with a child, after this was said."""
    home = make_investigation(address={**ADDRESS, **PLACE}, position=PLACE).home
    form: dict[str, Any] = {
        "adults": [],
        "children_birth_years": [],
        "household_complete": False,
        "position": None,
        "languages": [],
        "protected_identity": False,
    }
    home.join({**form, **said}, lookup=str.encode, at=MAY)
    return home


def test_another_address_without_a_position_leaves_none() -> None:
    home = apply_again(address=ELSEWHERE)
    assert (home.details["address"], home.details["position"]) == (ELSEWHERE, None)


def test_another_address_brings_its_own_position() -> None:
    there = {"latitude": 63.83, "longitude": 20.26}
    assert apply_again(address={**ELSEWHERE, **there}, position=there).details["position"] == there


def test_the_same_address_keeps_the_position_that_somebody_has_pointed_out() -> None:
    assert apply_again(address=ADDRESS).details["position"] == PLACE


@pytest.mark.parametrize("written", ["storgatan 1 ", "STORGATAN  1"])
@pytest.mark.parametrize("postcode", ["702 11", "70211"])
def test_it_is_the_same_however_it_is_written(written: str, postcode: str) -> None:
    said = {"street": written, "postcode": postcode, "locality": "ÖREBRO"}
    home = apply_again(address=said)
    assert (home.details["position"], home.moved_on) == (PLACE, None)


def test_another_number_in_the_same_street_is_another_address() -> None:
    assert apply_again(address={**ADDRESS, "street": "Storgatan 11"}).moved_on == date(2026, 5, 2)


def test_a_form_without_an_address_changes_neither_address_nor_position() -> None:
    home = apply_again()
    assert (home.details["address"], home.details["position"]) == ({**ADDRESS, **PLACE}, PLACE)


def test_a_form_without_children_takes_none_away() -> None:
    assert apply_again().details["children_birth_years"] == [2015]


def test_children_that_a_form_names_are_the_ones_who_live_there() -> None:
    assert apply_again(children_birth_years=[2015, 2019]).details["children_birth_years"] == [2015, 2019]


def test_who_has_moved_out_does_not_move_back_in_with_a_corrected_number() -> None:
    home = make_investigation().home
    for said in ({"moved_out_on": date(2026, 5, 1)}, {"personal_number": "189001019836"}):
        home.amend({"adults": [{"id": "bo", **said}]}, lookup=str.encode, new_id=str, at=MAY)
    bo = next(adult for adult in home.adults if adult.id == "bo")
    assert (bo.person["personal_number"], bo.moved_out_on) == ("189001019836", date(2026, 5, 1))
    assert [adult.id for adult in home.household] == ["anna"]
