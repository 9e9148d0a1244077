"""A month's reckoning: who is paid, who is held and why, and that nobody is forgotten."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.compensation.model import PayRunLine
from services.compensation.reckoning import Agreed, Entry, Reckoning, reckon
from services.compensation.tariffs import CostLevel, FeeLevel, Tariff
from services.kernel.basics.days import month_of
from tests.unit.compensation.factories import make_tariff

APRIL = "2024-04"


def make_agreed(**overrides: Any) -> Agreed:
    """A signed agreement on a child of eight who is there the whole of April 2024."""
    agreed: dict[str, Any] = {
        "agreement_id": "agreement-1",
        "home_id": "home-1",
        "payee_adult_id": "adult-1",
        "signed": True,
        "starts_on": date(2024, 4, 1),
        "ends_on": None,
        "fee_level": FeeLevel.BASE,
        "cost_level": CostLevel.BASE,
        "birth_date": date(2016, 1, 20),
    }
    return Agreed(**(agreed | overrides))


def reckoned(*running: Agreed, month: str = APRIL, tariff: Tariff | None = None) -> Reckoning:
    return reckon(running, month_of(month), tariff or make_tariff())


def numbers(reckoning: Reckoning) -> tuple[int, int, int, str]:
    return reckoning.expected, reckoning.paid, reckoning.held, str(reckoning.total)


def reasons(reckoning: Reckoning) -> list[str | None]:
    return [entry.reason_code for entry in reckoning.entries]


class TestReckon:
    def test_nothing_runs_and_nothing_is_paid(self) -> None:
        assert numbers(reckoned()) == (0, 0, 0, "0")

    def test_a_whole_month_is_a_fee_and_a_cost_reimbursement(self) -> None:
        reckoning = reckoned(make_agreed())
        # 11 417.00 + 5 253.00
        assert numbers(reckoning) == (1, 1, 0, "16670.00")
        assert {(entry.kind, entry.amount) for entry in reckoning.entries} == {
            ("fee", Decimal("11417.00")),
            ("cost_reimbursement", Decimal("5253.00")),
        }
        assert {(entry.agreement_id, entry.home_id, entry.payee_adult_id) for entry in reckoning.entries} == {
            ("agreement-1", "home-1", "adult-1")
        }

    def test_an_unsigned_agreement_is_held_and_pays_nothing(self) -> None:
        reckoning = reckoned(make_agreed(signed=False))
        assert numbers(reckoning) == (1, 0, 1, "0")
        assert list(reckoning.entries) == [
            Entry(
                agreement_id="agreement-1",
                home_id="home-1",
                reason_code="agreement_not_signed",
                detail="The agreement has not been signed.",
            )
        ]

    def test_without_a_tariff_everybody_is_held(self) -> None:
        reckoning = reckon([make_agreed(), make_agreed(agreement_id="agreement-2")], month_of(APRIL), None)
        assert numbers(reckoning) == (2, 0, 2, "0")
        assert reasons(reckoning) == ["tariff_missing"] * 2
        assert {entry.detail for entry in reckoning.entries} == {"There is no tariff for 2024."}

    def test_what_is_missing_at_home_comes_before_what_is_missing_in_the_tariff(self) -> None:
        assert reasons(reckon([make_agreed(signed=False)], month_of(APRIL), None)) == ["agreement_not_signed"]

    def test_a_level_that_the_tariff_lacks_is_held(self) -> None:
        reckoning = reckoned(make_agreed(fee_level=FeeLevel.RAISED_2), tariff=make_tariff(fee={"base": "11417.00"}))
        assert (numbers(reckoning), reasons(reckoning)) == ((1, 0, 1, "0"), ["level_not_in_tariff"])

    def test_a_person_of_twenty_is_held(self) -> None:
        reckoning = reckoned(make_agreed(birth_date=date(2004, 4, 30)))
        assert (numbers(reckoning), reasons(reckoning)) == ((1, 0, 1, "0"), ["no_band_for_age"])

    def test_a_start_before_birth_is_held_and_stops_nobody_else(self) -> None:
        reckoning = reckoned(make_agreed(birth_date=date(2024, 4, 2)), make_agreed(agreement_id="agreement-2"))
        assert numbers(reckoning) == (2, 1, 1, "16670.00")
        assert "start_before_birth" in reasons(reckoning)

    def test_a_month_without_a_paid_day_is_paid_with_nothing(self) -> None:
        only_arrival = make_agreed(starts_on=date(2024, 4, 30))
        reckoning = reckoned(only_arrival, tariff=make_tariff(arrival_day_counts=False))
        assert (numbers(reckoning), reckoning.entries) == ((1, 1, 0, "0"), frozenset())

    @pytest.mark.parametrize("held", [0, 1, 3])
    def test_expected_is_paid_and_held(self, held: int) -> None:
        agreements = [make_agreed(agreement_id=f"agreement-{n}", signed=n >= held) for n in range(3)]
        assert numbers(reckoned(*agreements))[:3] == (3, 3 - held, held)

    def test_the_same_month_reckoned_twice_is_the_same(self) -> None:
        agreements = [make_agreed(), make_agreed(agreement_id="agreement-2", starts_on=date(2024, 4, 12))]
        assert reckoned(*agreements) == reckoned(*reversed(agreements))


class TestEntry:
    def test_a_stored_line_has_a_column_for_everything_that_an_entry_says(self) -> None:
        columns = set(PayRunLine.__table__.columns.keys())
        assert columns - {"tenant", "id", "pay_run_id"} == set(Entry.__dataclass_fields__)
