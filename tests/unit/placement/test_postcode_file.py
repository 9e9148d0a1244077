"""A file of postcodes: taken in whole, or refused with each line that is wrong."""

from typing import Any

import pytest

from services.kernel.basics.geo import Place
from services.kernel.contracts.faults import InvalidInput
from services.kernel.contracts.schema import MOST_PROBLEMS
from services.placement.contract.postcodes import MOST_POSTCODES
from services.placement.postcodes.file import postcodes

HEADER = "postcode;latitude;longitude"


def read(*lines: str, charset: str = "utf-8") -> dict[str, Place]:
    return postcodes(["\n".join(lines).encode(charset)], charset)


def refused(*lines: str) -> list[tuple[str, str, dict[str, Any]]]:
    with pytest.raises(InvalidInput) as caught:
        read(*lines)
    return [(one["pointer"], one["code"], one["parameters"]) for one in caught.value.errors]


class TestReading:
    def test_each_postcode_has_its_middle(self) -> None:
        assert read(HEADER, "70210;59.27;15.21", "11120;59.33;18.06") == {
            "70210": Place(59.27, 15.21),
            "11120": Place(59.33, 18.06),
        }

    def test_it_may_be_written_with_a_space_and_degrees_with_a_comma(self) -> None:
        assert read(HEADER, "702 10;59,27;15,21") == {"70210": Place(59.27, 15.21)}
        assert read("postcode,latitude,longitude", '70210,"59,27",15.21') == {"70210": Place(59.27, 15.21)}

    def test_columns_come_in_any_order(self) -> None:
        assert read("Longitude,Postcode,Latitude", "15.21,70210,59.27") == {"70210": Place(59.27, 15.21)}

    def test_twenty_thousand_are_taken_and_one_more_is_not(self) -> None:
        rows = [f"{10_000 + number};59.27;15.21" for number in range(MOST_POSTCODES + 1)]
        assert len(read(HEADER, *rows[:-1])) == 20_000
        assert refused(HEADER, *rows) == [("", "too_many_rows", {"most": 20_000})]


class TestRefusing:
    def test_every_wrong_line_is_named_and_what_is_wrong_in_it(self) -> None:
        assert refused(
            HEADER,
            "70210;59.27;15.21",
            "7021;59.27;15.21",
            "70211;53.9;15.21",
            "",
            "70212;59.27;25.1",
            "702 10;59.30;15.20",
            "70213;;x",
            "70214;59.27",
            "70215;59.27;15.21;more",
        ) == [
            ("/3/postcode", "line_postcode", {"line": 3}),
            ("/4/latitude", "line_latitude", {"line": 4}),
            ("/6/longitude", "line_longitude", {"line": 6}),
            ("/7/postcode", "line_postcode_twice", {"line": 7}),
            ("/8/latitude", "line_latitude", {"line": 8}),
            ("/8/longitude", "line_longitude", {"line": 8}),
            ("/9/longitude", "line_longitude", {"line": 9}),
            ("/10", "line_too_long", {"line": 10}),
        ]

    @pytest.mark.parametrize("degrees", ["nan", "inf", "1e1", "-59.27", "٥٩.٢٧", "59.27.1", "059.27"])
    def test_degrees_are_plain_numbers(self, degrees: str) -> None:
        assert refused(HEADER, f"70210;{degrees};15.21") == [("/2/latitude", "line_latitude", {"line": 2})]

    def test_digits_are_those_of_europe(self) -> None:
        assert refused(HEADER, "٧٠٢١٠;59.27;15.21") == [("/2/postcode", "line_postcode", {"line": 2})]

    def test_no_more_are_named_than_any_refusal_names(self) -> None:
        assert len(refused(HEADER, *["x;y;z"] * 1_000)) == MOST_PROBLEMS

    @pytest.mark.parametrize(
        ("lines", "code"),
        [
            ((HEADER,), "no_rows"),
            (("postcode;latitude", "70210;59.27"), "column_missing"),
            ((f"{HEADER};name", "70210;59.27;15.21;Örebro"), "column_unknown"),
            ((f"{HEADER};postcode", "70210;59.27;15.21;70210"), "column_twice"),
            ((HEADER, '"70210;59.27;15.21'), "not_a_table"),
        ],
    )
    def test_it_has_to_be_a_table_of_these_columns(self, lines: tuple[str, ...], code: str) -> None:
        assert [one[1] for one in refused(*lines)] == [code]
