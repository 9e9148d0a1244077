"""Names as words, as Swedes look for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.basics.words import LONGEST, beginnings, words_in


def finds(text: str, name: str) -> bool:
    """Whether somebody of that name is found by the text."""
    return set(words_in(text)) <= beginnings([name])


class TestFinding:
    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("anders", "Anders Andersson"),
            ("ANDERS and", "Anders Andersson"),
            ("andersson anders", "Anders Andersson"),
            ("an", "Anna"),
            ("karin", "Anna-Karin"),
            ("brien", "O'Brien"),
            ("o'brien", "O'Brien"),
            ("andre", "André"),
            ("andré", "Andre"),
            ("muller", "Müller"),
            ("asa", "Åsa"),
            ("ostrom", "Öström"),
            ("öström", "Öström"),
            ("sörensen", "Sørensen"),
            ("kjær", "Kjär"),
            ("strasse", "Straße"),
            ("walesa", "Wałęsa"),
            ("علي", "علي"),
            ("A\u030asa", "Åsa"),  # the ring as a sign of its own, as some keyboards write it
        ],
    )
    def test_case_accents_and_order_do_not_matter(self, text: str, name: str) -> None:
        assert finds(text, name)

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("åsa", "Asa"),  # whoever types the letter means it
            ("ärlig", "Arlig"),
            ("ders", "Anders"),
            ("anders berg", "Anders Andersson"),
        ],
    )
    def test_but_other_letters_and_what_is_no_beginning_do(self, text: str, name: str) -> None:
        assert not finds(text, name)


class TestWords:
    def test_single_letters_and_what_is_no_letter_are_none(self) -> None:
        assert words_in("J. 4 % _ R2 Li") == ["li"]

    def test_of_a_long_word_only_its_first_letters_count(self) -> None:
        assert words_in("a" * 200) == ["a" * LONGEST]

    @given(st.text(max_size=100))
    def test_whatever_a_name_is_it_is_found_by_itself(self, name: str) -> None:
        assert finds(name, name)

    @given(st.text(max_size=60))
    def test_every_beginning_has_two_letters_at_least_and_as_many_as_count_at_most(self, name: str) -> None:
        assert all(2 <= len(one) <= LONGEST for one in beginnings([name]))
