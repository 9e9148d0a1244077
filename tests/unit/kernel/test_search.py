"""What may be searched for: a name, a personal number, a reference, and nothing else."""

import pytest
from marshmallow import ValidationError

from services.kernel.basics.ids import new_reference
from services.kernel.contracts import Schema
from services.kernel.contracts.faults import InvalidInput
from services.kernel.contracts.schema import load
from services.kernel.contracts.search import SearchText, Sought, sought_in


class Searched(Schema):
    """A body with a text."""

    text = SearchText(required=True)


def code(text: str) -> str:
    with pytest.raises(InvalidInput) as refused:
        load(Searched, {"text": text})
    (problem,) = refused.value.errors
    assert problem["pointer"] == "/text"
    assert len(text) < 4 or text not in problem["detail"], "what was sent is not repeated"
    return problem["code"]


class TestNumbers:
    @pytest.mark.parametrize("text", ["189001019802", "18900101-9802", " 18900101 9802 "])
    def test_of_twelve_digits_one_is_meant(self, text: str) -> None:
        assert sought_in(text) == Sought(numbers=("189001019802",))

    @pytest.mark.parametrize("text", ["9001019802", "900101-9802", "900101+9802"])
    def test_of_ten_digits_one_of_each_century(self, text: str) -> None:
        assert sought_in(text) == Sought(numbers=("189001019802", "199001019802", "209001019802"))

    def test_a_century_without_such_a_day_is_not_meant(self) -> None:
        """1900 was no leap year, and 1800 neither."""
        assert sought_in("0002299816").numbers == ("200002299816",)

    def test_a_coordination_number_has_sixty_days_more(self) -> None:
        assert sought_in("701063-2391").numbers == ("187010632391", "197010632391", "207010632391")

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("189001019803", "personal_number_check_digit"),
            ("900101-9803", "personal_number_check_digit"),
            ("123", "personal_number_form"),
            ("0-", "personal_number_form"),
            ("1890-01-01-9802", "personal_number_form"),
            ("901301-9808", "personal_number_date"),
        ],
    )
    def test_a_wrong_one_is_said_to_be_wrong(self, text: str, expected: str) -> None:
        assert code(text) == expected


class TestReferences:
    def test_a_reference_is_found_in_any_case_and_without_hyphens(self) -> None:
        reference = new_reference()
        for text in (reference, reference.lower(), reference.replace("-", ""), f" {reference} "):
            assert sought_in(text).reference == reference

    def test_a_name_that_looks_like_one_is_meant_as_well(self) -> None:
        assert sought_in("Anna-Sara-Stea") == Sought(words=("anna", "sara", "stea"), reference="ANNA-SARA-STEA")


class TestNames:
    def test_its_words_are_meant(self) -> None:
        assert sought_in("  Anders  And ") == Sought(words=("anders", "and"))

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("a", "search_too_short"),
            ("a b", "search_too_short"),
            (" ", "search_too_short"),
            ("%", "search_form"),
            ("and%", "search_form"),
            ("_", "search_form"),
            ("anna 1982", "search_form"),
            ("anna@example.se", "search_form"),
            ("aa bb cc dd ee ff gg hh ii", "search_too_many_words"),
            ("", "length"),
            ("a" * 10_000, "length"),
            ("1" * 10_000, "length"),
        ],
    )
    def test_what_names_nobody_is_said_to_be_wrong(self, text: str, expected: str) -> None:
        assert code(text) == expected

    def test_a_text_that_was_accepted_can_be_read(self) -> None:
        assert load(Searched, {"text": "Åsa"}) == {"text": "Åsa"}
        with pytest.raises(ValidationError):
            sought_in("%")
