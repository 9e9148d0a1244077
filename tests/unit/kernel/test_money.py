"""Kronor are read, written and rounded without a float and without losing an öre."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.basics.money import kronor, kronor_text, to_ore, whole_kronor

amounts_in_ore = st.integers(min_value=-(10**13), max_value=10**13).map(lambda ore: Decimal(ore).scaleb(-2))


class TestWholeKronor:
    @pytest.mark.parametrize(
        ("amount", "expected"),
        [
            ("5252.50", "5253"),  # 110 % of the price base amount of 2024 over twelve months, as published
            ("5252.49", "5252"),
            ("151.03", "151"),
            ("4363.33", "4363"),
            ("0.5", "1"),
            ("1.5", "2"),  # half up, not half to even
            ("2.5", "3"),
        ],
    )
    def test_a_half_goes_up_to_the_next_krona(self, amount: str, expected: str) -> None:
        assert whole_kronor(Decimal(amount)) == Decimal(expected)

    def test_a_float_is_refused(self) -> None:
        with pytest.raises(TypeError, match="float"):
            whole_kronor(5252.5)  # type: ignore[arg-type]


class TestToOre:
    @pytest.mark.parametrize(
        ("amount", "expected"),
        [("7230.766666", "7230.77"), ("3.335", "3.34"), ("3.345", "3.35"), ("3.3449999", "3.34"), ("-3.335", "-3.34")],
    )
    def test_half_an_ore_goes_away_from_zero(self, amount: str, expected: str) -> None:
        assert to_ore(Decimal(amount)) == Decimal(expected)

    def test_it_always_shows_two_decimals(self) -> None:
        assert str(to_ore(Decimal(11417))) == "11417.00"

    @given(st.decimals(min_value=-(10**9), max_value=10**9, places=6))
    def test_a_correction_is_the_exact_opposite_of_the_payment(self, amount: Decimal) -> None:
        assert to_ore(-amount) == -to_ore(amount)

    @given(st.decimals(min_value=-(10**9), max_value=10**9, places=6))
    def test_it_moves_an_amount_by_half_an_ore_at_most(self, amount: Decimal) -> None:
        assert abs(to_ore(amount) - amount) <= Decimal("0.005")

    def test_a_float_is_refused(self) -> None:
        with pytest.raises(TypeError, match="float"):
            to_ore(0.1)  # type: ignore[arg-type]

    @pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity"])
    def test_what_is_no_number_is_refused(self, amount: str) -> None:
        with pytest.raises(ValueError, match="not an amount"):
            to_ore(Decimal(amount))


class TestKronor:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [("11417.00", "11417.00"), ("57300", "57300.00"), ("0.5", "0.50"), ("-12.50", "-12.50"), ("0", "0.00")],
    )
    def test_written_kronor_become_a_decimal_with_two_decimals(self, text: str, expected: str) -> None:
        assert str(kronor(text)) == expected

    @pytest.mark.parametrize(
        "text",
        [
            "",
            " 1",
            "1 ",
            "1.",
            ".5",
            "1.005",
            "1,50",
            "1e3",
            "+1",
            "--1",
            "01",
            "1 000",
            "NaN",
            "Infinity",
            "0x10",
            "١",
        ],
    )
    def test_any_other_way_of_writing_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match="at most two decimals"):
            kronor(text)

    def test_a_trailing_line_break_is_refused(self) -> None:
        with pytest.raises(ValueError, match="at most two decimals"):
            kronor("1.00\n")

    def test_more_kronor_than_any_pay_run_holds_are_refused(self) -> None:
        with pytest.raises(ValueError, match="at most two decimals"):
            kronor("1" + "0" * 12)

    @pytest.mark.parametrize("value", [11417.0, 11417, Decimal("11417.00"), None, True])
    def test_only_text_is_read(self, value: Any) -> None:
        with pytest.raises(TypeError, match="as text"):
            kronor(value)

    def test_minus_nothing_is_nothing(self) -> None:
        assert str(kronor("-0.00")) == "0.00"


class TestKronorText:
    @pytest.mark.parametrize(
        ("amount", "expected"),
        [("11417", "11417.00"), ("0.5", "0.50"), ("-12.5", "-12.50"), ("-0", "0.00"), ("1E+3", "1000.00")],
    )
    def test_two_decimals_are_always_written(self, amount: str, expected: str) -> None:
        assert kronor_text(Decimal(amount)) == expected

    def test_an_amount_finer_than_an_ore_is_refused_and_not_rounded_in_silence(self) -> None:
        with pytest.raises(ValueError, match="finer than an öre"):
            kronor_text(Decimal("7230.767"))

    @given(amounts_in_ore)
    def test_what_is_written_is_read_back_the_same(self, amount: Decimal) -> None:
        assert kronor(kronor_text(amount)) == amount
