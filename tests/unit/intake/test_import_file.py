"""An import's file: its header, its rows, and the application that a row says."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from services.intake.contract.imports import MOST_ROWS
from services.intake.imports.file import Row, checked_rows, rows
from services.kernel.contracts.faults import InvalidInput
from services.kernel.files.tables import LONGEST_LINE

TODAY = date(2026, 5, 2)
HEADER = "external_id;kind;assignments;given_name;family_name;personal_number;phone;street;postcode;locality;consent"
ANNA = "4711;form;family_home;Anna;Andersson;189001019802;+46701234567;Storgatan 1;70210;Örebro;ja"


def read(*lines: str, charset: str = "utf-8", cut: int = 7) -> list[Row]:
    content = "\n".join(lines).encode(charset)
    return list(rows((content[place : place + cut] for place in range(0, len(content), cut)), charset))


def refused(*lines: str) -> list[tuple[str, str, dict[str, Any]]]:
    with pytest.raises(InvalidInput) as caught:
        checked_rows(["\n".join(lines).encode()], "utf-8")
    return [(one["pointer"], one["code"], one["parameters"]) for one in caught.value.errors]


def wrong(row: Row) -> list[tuple[int, str | None, str]]:
    with pytest.raises(InvalidInput) as caught:
        row.body(TODAY)
    return [(one["line"], one["field"], one["code"]) for one in row.problems(caught.value)]


class TestReading:
    def test_a_row_is_known_by_its_columns_however_the_file_is_cut(self) -> None:
        expected = {"given_name": "Anna", "locality": "Örebro", "consent": "ja"}
        for cut in (1, 2, 3, 1000):
            (row,) = read(HEADER, ANNA, cut=cut)
            assert row.line == 2
            assert expected.items() <= row.cells.items()

    def test_windows_1252_and_a_byte_order_mark_are_understood(self) -> None:
        assert (
            read("phone;consent;locality", "0701234567;ja;Skåne–", charset="windows-1252")[0].cells["locality"]
            == "Skåne–"
        )
        assert read("\ufeffphone;consent", "0701234567;ja")[0].cells == {"phone": "0701234567", "consent": "ja"}

    def test_columns_come_in_any_order_and_case_and_with_either_separator(self) -> None:
        assert read("Consent, PHONE", "ja,0701234567")[0].cells == {"consent": "ja", "phone": "0701234567"}

    def test_lines_are_counted_also_over_blank_ones_and_cells_of_several_lines(self) -> None:
        found = read("phone;consent;message", '1;ja;"two', 'lines"', "", ";;", "2;ja;one", cut=4)
        assert [(row.line, row.cells["message"]) for row in found] == [(2, "two\nlines"), (6, "one")]

    @pytest.mark.parametrize("charset", ["utf-8", "windows-1252"])
    def test_it_is_read_on_from_where_any_row_ends(self, charset: str) -> None:
        mark = "\ufeff" if charset == "utf-8" else ""
        lines = [f"{mark}phone;consent;message\r", '1;ja;"två', 'rader"\r', "\r", ";;\r", "2;ja;å\r", "3;nej;ö"]
        content = "\n".join(lines).encode(charset)
        every = list(rows([content], charset))
        assert [row.line for row in every] == [2, 6, 7]
        for number, row in enumerate(every, 1):
            rest = (row.after, [content[row.after.byte :]])
            assert list(rows([content], charset, rest=rest)) == every[number:]

    def test_windows_line_ends_belong_to_no_cell(self) -> None:
        assert read("phone;consent\r", "1;ja\r", "2;nej\r")[1].cells == {"phone": "2", "consent": "nej"}

    def test_a_short_row_has_the_cells_that_it_has(self) -> None:
        assert read("phone;consent;message", "1;ja")[0].cells == {"phone": "1", "consent": "ja"}


class TestWholeFile:
    def test_its_rows_are_counted(self) -> None:
        assert checked_rows(["\n".join([HEADER, ANNA, "", ANNA]).encode()], "utf-8") == 2

    @pytest.mark.parametrize(
        ("lines", "problems"),
        [
            ((HEADER,), [("", "no_rows", {})]),
            ((HEADER, ";;;;", ""), [("", "no_rows", {})]),
            (("phone;consent;shoe_size", "1;ja;38"), [("/3", "column_unknown", {"number": 3})]),
            (("phone;consent;phone", "1;ja;2"), [("/3", "column_twice", {"name": "phone"})]),
            (
                ("given_name", "Anna"),
                [("", "column_missing", {"name": "phone"}), ("", "column_missing", {"name": "consent"})],
            ),
            (("phone;consent", "1;ja", '2;"ja'), [("", "not_a_table", {"line": 3})]),
            (("phone;consent", '1;"j"a'), [("", "not_a_table", {"line": 2})]),
            (("phone;consent", "1;ja" + "a" * LONGEST_LINE), [("", "not_a_table", {"line": 2})]),
        ],
    )
    def test_what_is_wrong_with_it_is_said_by_its_place(
        self, lines: tuple[str, ...], problems: list[tuple[str, str, dict[str, Any]]]
    ) -> None:
        assert refused(*lines) == problems

    def test_a_header_that_is_somebodys_row_is_not_said_again(self) -> None:
        with pytest.raises(InvalidInput) as caught:
            checked_rows([ANNA.encode()], "utf-8")
        assert "Andersson" not in str(caught.value.as_dict())

    def test_it_has_so_many_rows_and_no_more(self) -> None:
        def lines(number: int) -> Iterable[bytes]:
            yield b"phone;consent\n"
            yield from (b"1;ja\n" for _ in range(number))

        assert checked_rows(lines(MOST_ROWS), "utf-8") == MOST_ROWS
        with pytest.raises(InvalidInput):
            checked_rows(lines(MOST_ROWS + 1), "utf-8")


class TestRow:
    def test_it_says_an_application(self) -> None:
        (row,) = read(HEADER + ";languages;age_from;age_to;places;message", ANNA + ";sv|ar;0;12;2;Vi bor på landet")
        assert row.body(TODAY) == {
            "kind": "form",
            "assignments": ["family_home"],
            "adults": [
                {
                    "given_name": "Anna",
                    "family_name": "Andersson",
                    "personal_number": "189001019802",
                    "relation": "applicant",
                }
            ],
            "phone": "+46701234567",
            "address": {"street": "Storgatan 1", "postcode": "70210", "locality": "Örebro"},
            "languages": ["sv", "ar"],
            "wishes": {"age_from": 0, "age_to": 12, "places": 2},
            "message": "Vi bor på landet",
            "consent": True,
        }

    def test_a_wish_to_be_rung_up_needs_a_number_only(self) -> None:
        (row,) = read("kind;phone;consent", "callback;0701234567;JA")
        assert row.body(TODAY) == {"kind": "callback", "phone": "0701234567", "consent": True}

    def test_what_is_wrong_is_said_by_line_and_column_and_without_the_value(self) -> None:
        (row,) = read(
            HEADER + ";age_from", ANNA.replace("189001019802", "189001019803").replace("70210", "70") + ";few"
        )
        assert wrong(row) == [
            (2, "personal_number", "personal_number_check_digit"),
            (2, "postcode", "postcode"),
            (2, "age_from", "not_an_integer"),
        ]
        assert "019803" not in str(row.problems(_refusal(row)))

    def test_what_is_missing_is_said_by_the_column_that_should_hold_it(self) -> None:
        (row,) = read("phone;consent", "0701234567;ja")
        assert wrong(row) == [(2, "assignments", "required"), (2, "given_name", "required"), (2, "street", "required")]

    def test_consent_is_said_and_nothing_else_is_taken_for_it(self) -> None:
        (no, blank, odd) = read(
            "kind;phone;consent", "callback;0701234567;nej", "callback;0701234567;", "callback;0701234567;x"
        )
        assert [wrong(row) for row in (no, blank, odd)] == [
            [(2, "consent", "consent_missing")],
            [(3, "consent", "required")],
            [(4, "consent", "not_a_flag")],
        ]

    def test_a_row_with_more_cells_than_the_header_is_refused(self) -> None:
        (row,) = read("kind;phone;consent", "callback;0701234567;ja;x")
        assert wrong(row) == [(2, None, "too_many_cells")]

    def test_it_is_the_same_by_its_id_or_else_by_all_that_it_says(self) -> None:
        one, other = read("external_id;phone;consent", "7;1;ja", "7;2;ja")
        assert one.identity == other.identity
        one, same, other = read("phone;consent", "1;ja", " 1 ;ja", "1;nej")
        assert one.identity == same.identity != other.identity
        (named,) = read("consent;external_id;phone", "ja;row consent=ja\x1fphone=1;1")
        assert named.identity != one.identity


def _refusal(row: Row) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        row.body(TODAY)
    return caught.value
