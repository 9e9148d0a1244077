"""People and places, as the vocabulary says them."""

from datetime import date

import pytest

from services.kernel.contracts.faults import InvalidInput
from services.vocabulary.people import must_be_of_age
from services.vocabulary.places import position_of

BORN = {"personal_number": "201701012393"}


def test_whoever_is_eighteen_today_is_of_age_and_nobody_who_is_so_tomorrow() -> None:
    must_be_of_age([BORN], date(2035, 1, 1))
    with pytest.raises(InvalidInput) as refused:
        must_be_of_age([{"personal_number": "189001019802"}, BORN], date(2034, 12, 31))
    assert [(one["pointer"], one["code"]) for one in refused.value.errors] == [
        ("/adults/1/personal_number", "not_of_age")
    ]


def test_an_adult_whose_number_is_not_said_is_not_looked_at() -> None:
    with pytest.raises(InvalidInput) as refused:
        must_be_of_age([{"given_name": "Anna"}, BORN], date(2026, 5, 1))
    assert [one["pointer"] for one in refused.value.errors] == ["/adults/1/personal_number"]


@pytest.mark.parametrize(
    ("address", "position"),
    [
        (None, None),
        ({"street": "Storgatan 1"}, None),
        ({"latitude": None, "longitude": None}, None),
        (
            {"street": "Storgatan 1", "latitude": 59.27, "longitude": 15.21},
            {"latitude": 59.27, "longitude": 15.21},
        ),
    ],
)
def test_the_position_of_an_address_is_known_when_somebody_has_pointed_it_out(
    address: dict[str, float] | None, position: dict[str, float] | None
) -> None:
    assert position_of(address) == position
