"""A file of another form: columns by a mapping that the municipality sets, the rest as questions and answers (R5)."""

from datetime import date
from typing import Any

import pytest

from services.intake.contract.mappings import SetImportMapping
from services.intake.imports.file import Row, checked_rows, rows
from services.intake.imports.mapping import Reading
from services.kernel.contracts.faults import InvalidInput
from services.kernel.contracts.schema import load
from tests.national_form import HEADER, MAPPING

TODAY = date(2026, 5, 2)
ANNA = "77;bli familjehem, Bli jourhem;Anna;Andersson;900101-9802;0701234567;Storgatan 1;702 10;Örebro;Två katter"


def reading(**changes: Any) -> Reading:
    return Reading.of("national", load(SetImportMapping, {**MAPPING, **changes}))


def read(*lines: str, by: Reading | None = None) -> list[Row]:
    return list(rows(["\n".join(lines).encode()], "utf-8", by or reading()))


class TestReading:
    def test_columns_become_fields_and_their_texts_what_they_mean(self) -> None:
        body = read(HEADER, ANNA.replace("900101-9802", "189001019802"))[0].body(TODAY)
        assert body["assignments"] == ["family_home", "emergency_home"]
        assert (body["adults"][0]["given_name"], body["address"]["locality"]) == ("Anna", "Örebro")
        assert body["consent"] is True

    def test_what_no_field_takes_is_kept_as_question_and_answer(self) -> None:
        row = read(HEADER, ANNA.replace("900101-9802", "189001019802"))[0]
        assert row.body(TODAY)["answers"] == [
            {"assignment": None, "version": None, "question": "Husdjur", "answer": "Två katter"}
        ]

    def test_or_it_is_left_out_where_the_mapping_says_so(self) -> None:
        row = read(HEADER, ANNA.replace("900101-9802", "189001019802"), by=reading(keep_rest=False))[0]
        assert "answers" not in row.body(TODAY)

    def test_a_problem_names_the_column_as_the_file_has_it(self) -> None:
        row = read(HEADER, ANNA.replace("702 10", "7021").replace("900101-9802", "189001019802"))[0]
        with pytest.raises(InvalidInput) as caught:
            row.body(TODAY)
        assert [(one["field"], one["code"]) for one in row.problems(caught.value)] == [("Postnr", "postcode")]

    def test_a_row_is_the_same_by_its_id_in_its_source_only(self) -> None:
        known = read(HEADER, ANNA)[0].identity
        assert read(HEADER, ANNA.replace("Två katter", "En hund"))[0].identity == known
        other = Reading.of("min-insats", load(SetImportMapping, MAPPING))
        assert read(HEADER, ANNA, by=other)[0].identity != known

    def test_an_id_with_a_blank_is_no_id_of_a_source(self) -> None:
        (plain,) = rows([b"external_id;phone;consent\nnational 77;0701234567;ja"], "utf-8")
        assert plain.identity != read(HEADER, ANNA)[0].identity

    def test_a_file_without_a_column_that_is_needed_is_refused_by_that_columns_name(self) -> None:
        with pytest.raises(InvalidInput) as caught:
            checked_rows(["Förnamn\nAnna".encode()], "utf-8", reading())
        assert [(one["code"], one["parameters"]) for one in caught.value.errors] == [
            ("column_missing", {"name": "Telefon"})
        ]

    def test_a_column_that_comes_twice_is_named_by_its_place(self) -> None:
        with pytest.raises(InvalidInput) as caught:
            checked_rows([b"Telefon;Husdjur;Husdjur\n0701234567;a;b"], "utf-8", reading())
        assert [(one["pointer"], one["parameters"]) for one in caught.value.errors] == [("/3", {"name": "3"})]


class TestTenDigits:
    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("900101-9802", "199001019802"),
            ("9001019802", "199001019802"),
            ("260101-9802", "202601019802"),  # of this year: a child, who is not of age
            ("270101-9802", "192701019802"),
            ("260101+9802", "192601019802"),  # somebody who has turned a hundred
            ("189001019802", "189001019802"),
        ],
    )
    def test_a_century_follows_from_the_sign(self, written: str, meant: str) -> None:
        row = read(HEADER, ANNA.replace("900101-9802", written))[0]
        assert row._form(TODAY)["adults"][0]["personal_number"] == meant


class TestMapping:
    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"columns": [*MAPPING["columns"], {"column": "Mobil", "field": "phone"}]}, "mapped_twice"),
            ({"columns": [*MAPPING["columns"], {"column": "Telefon", "field": "email"}]}, "mapped_twice"),
            ({"defaults": []}, "not_mapped"),
            ({"columns": [{"column": "Telefon", "field": "shoe_size"}]}, "not_one_of"),
        ],
    )
    def test_a_wrong_one_is_refused(self, changes: dict[str, Any], code: str) -> None:
        with pytest.raises(InvalidInput) as caught:
            load(SetImportMapping, {**MAPPING, **changes})
        assert code in [one["code"] for one in caught.value.errors]
