"""A home's part of a run: who is paid, who is held and why, what approved months still owe, and what is recovered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from services.compensation.pay.claims import mileage_lines
from services.compensation.pay.contact_family import Visit
from services.compensation.pay.days import Stay
from services.compensation.pay.terms import Allowance, AllowanceKind, Payee
from services.compensation.runs.agreed import Agreed, Lived, PayRules, paid_once
from services.compensation.runs.corrections import Outstanding, Settled
from services.compensation.runs.entries import Channel, Codes, Entry, PayCode
from services.compensation.runs.reckoning import Book, Claim, Reckoned, Run, reckon
from services.kernel.basics.days import Month, month_of, month_with
from tests.unit.compensation.factories import PARTS, make_tariff, make_terms

MARCH, APRIL, MAY = month_of("2024-03"), month_of("2024-04"), month_of("2024-05")


def make_agreed(*, starts_on: date = date(2024, 3, 1), ends_on: date | None = None, **overrides: Any) -> Agreed:
    """A signed agreement on a child of eight who is there from March 2024 on."""
    agreed: dict[str, Any] = {
        "agreement_id": "agreement-1",
        "home_id": "home-1",
        "rules": PayRules.FAMILY_HOME,
        "signed": True,
        "stay": Stay(starts_on=starts_on, ends_on=ends_on),
        "terms": (make_terms(),),
        "placement_id": "placement-1",
        "birth_date": date(2016, 1, 20),
    }
    return Agreed(**(agreed | overrides))


def make_run(month: Month = APRIL, *, approved: Sequence[Month] = (), **overrides: Any) -> Run:
    codes = Codes(codes={"fee": PayCode(wage_type="7101", account="5021", cost_centre="4310")}, channels={})
    values: dict[str, Any] = {"tariffs": {2024: make_tariff()}, "codes": codes, "approved": approved}
    return Run(month=month, **(values | overrides))


def reckoned(*agreements: Agreed, run: Run | None = None, **book: Any) -> Reckoned:
    return reckon(Book(home_id="home-1", agreements=agreements, **book), run or make_run())


def numbers(found: Reckoned) -> tuple[int, int, str]:
    return found.paid, found.held, str(found.total)


def reasons(found: Reckoned) -> list[str | None]:
    return [entry.reason_code for entry in found.entries]


def amounts(entries: Sequence[Entry]) -> list[tuple[str | None, str]]:
    return [(entry.kind, str(entry.amount)) for entry in entries]


def as_settled(
    entries: Sequence[Entry], *, of: Month = MARCH, known: dict[Month, list[Settled]] | None = None
) -> dict[Month, list[Settled]]:
    """What is found of the lines of a month's run once it is approved, beside those that are known of others."""
    found: dict[Month, list[Settled]] = {month: list(some) for month, some in (known or {}).items()}
    for number, entry in enumerate(entries):
        if (entry.agreement_id is None and entry.claim_id is None) or entry.kind is None:
            continue
        assert entry.payee_adult_id
        assert entry.period_from
        assert entry.period_to
        assert entry.amount is not None
        one = Settled(
            id=f"{of.text}-{entry.period_from}-{entry.kind}-{number}",
            agreement_id=entry.agreement_id,
            claim_id=entry.claim_id,
            placement_id=entry.placement_id,
            payee_adult_id=entry.payee_adult_id,
            kind=entry.kind,
            period_from=entry.period_from,
            period_to=entry.period_to,
            amount=entry.amount,
            corrects=entry.corrects,
            pay_run_id=f"run-{of.text}",
            run_month=of.text,
        )
        found.setdefault(month_with(entry.period_from), []).append(one)
    return found


class TestAGuardian:
    def test_whose_placement_is_said_to_have_ended_later_owes_the_days_that_it_pays(self) -> None:
        def known(ends_on: date) -> list[Agreed]:
            placed = [Stay(starts_on=date(2023, 1, 1), ends_on=ends_on)]
            guardian = {"agreement_id": "agreement-2", "starts_on": date(2024, 3, 11), "placed": placed}
            return [make_agreed(starts_on=date(2023, 1, 1), ends_on=ends_on), make_agreed(**guardian)]

        before = reckoned(*known(date(2024, 3, 10)), run=make_run(MARCH))
        assert str(before.total) == "16670.00"
        after = reckoned(*known(date(2024, 3, 15)), run=make_run(approved=[MARCH]), settled=as_settled(before.entries))
        # by the placement 15 days for 10: 11 417 x 15 / 31 = 5 524.35 for 3 682.90, 5 253 x 15 / 31 = 2 541.77 for
        # 1 694.52; as guardian 16 for 21: 5 892.65 for 7 734.10, 2 711.23 for 3 558.48
        changed = {(one.agreement_id, one.kind): str(one.amount) for one in after.entries if one.corrects}
        assert changed == {
            ("agreement-1", "fee"): "1841.45",
            ("agreement-1", "cost_reimbursement"): "847.25",
            ("agreement-2", "fee"): "-1841.45",
            ("agreement-2", "cost_reimbursement"): "-847.25",
        }

    EMERGENCY = Stay(starts_on=date(2023, 1, 1), ends_on=date(2024, 1, 31))

    @pytest.mark.parametrize(
        ("others", "fee"),
        [
            ([], "11417.00"),
            ([Stay(starts_on=date(2024, 2, 1), ends_on=date(2024, 4, 10))], "7611.33"),  # 11 417 x 20 / 30
            ([Stay(starts_on=date(2024, 2, 1))], None),
            ([Stay(starts_on=date(2024, 7, 1))], "11417.00"),
        ],
        ids=["none", "one that ends in April", "one that goes on", "one that comes later"],
    )
    def test_is_paid_from_the_day_after_whichever_of_the_childs_placements_there_goes_on(
        self, others: list[Stay], fee: str | None
    ) -> None:
        guardian = make_agreed(starts_on=date(2024, 2, 1), placed=[self.EMERGENCY, *others])
        assert dict(amounts(reckoned(guardian).entries)).get("fee") == fee


class TestAContactFamily:
    def test_days_after_an_end_that_is_told_late_are_taken_back_in_the_month_of_the_end_too(self) -> None:
        weekend = Visit(starts_on=date(2024, 3, 16), ends_on=date(2024, 3, 17))
        family = {"rules": PayRules.CONTACT_FAMILY, "visits": [weekend]}
        before = reckoned(make_agreed(**family), run=make_run(MARCH))
        assert str(before.total) == "1246.00"  # 4 x 229 and 2 x 165
        ended = make_agreed(**family, ends_on=date(2024, 3, 10))
        after = reckoned(ended, run=make_run(approved=[MARCH]), settled=as_settled(before.entries))
        assert sorted(amounts(after.entries)) == [
            ("contact_family_cost", "-330.00"),
            ("contact_family_fee", "-916.00"),
            ("recovery_carried", "1246.00"),
        ]


class TestReportedMonths:
    def test_a_long_stay_reports_the_months_between_its_first_and_its_last(self) -> None:
        stay = Visit(starts_on=date(2024, 3, 30), ends_on=date(2024, 5, 2))
        agreed = make_agreed(rules=PayRules.CONTACT_FAMILY, visits=(stay,))
        assert set(agreed.visited_months) == {MARCH, APRIL, MAY}


class TestTheMonth:
    def test_nothing_runs_and_nothing_is_paid(self) -> None:
        assert numbers(reckoned()) == (0, 0, "0")

    def test_a_whole_month_is_a_fee_and_a_cost_reimbursement(self) -> None:
        found = reckoned(make_agreed())
        assert numbers(found) == (1, 0, "16670.00")  # 11 417.00 + 5 253.00
        assert amounts(found.entries) == [("fee", "11417.00"), ("cost_reimbursement", "5253.00")]

    def test_a_line_carries_its_codes_its_field_and_its_one_channel(self) -> None:
        codes = Codes(codes={"fee": PayCode(wage_type="7101")}, channels={"anna": Channel.LEDGER})
        fee, cost = reckoned(make_agreed(), run=make_run(codes=codes)).entries
        assert (fee.wage_type, fee.declaration_field, fee.channel) == ("7101", "FK011", "ledger")
        assert (cost.wage_type, cost.declaration_field, cost.channel) == (None, "FK020", "ledger")

    def test_an_unsigned_agreement_is_held_and_pays_nothing(self) -> None:
        found = reckoned(make_agreed(signed=False))
        assert numbers(found) == (0, 1, "0")
        assert list(found.entries) == [
            Entry(
                agreement_id="agreement-1",
                home_id="home-1",
                placement_id="placement-1",
                reason_code="agreement_not_signed",
                detail="The agreement has not been signed.",
            )
        ]

    def test_without_a_tariff_everybody_is_held(self) -> None:
        found = reckoned(make_agreed(), make_agreed(agreement_id="agreement-2"), run=make_run(tariffs={}))
        assert numbers(found) == (0, 2, "0")
        assert reasons(found) == ["tariff_missing"] * 2

    def test_a_running_placement_without_an_agreement_is_held_and_never_silent(self) -> None:
        found = reckoned(make_agreed(), without_agreement={"placement-2": None})
        assert numbers(found) == (1, 1, "16670.00")
        assert "agreement_missing" in reasons(found)

    def test_a_level_that_the_tariff_lacks_is_held(self) -> None:
        run = make_run(tariffs={2024: make_tariff(fee={"base": "11417.00"})})
        found = reckoned(make_agreed(terms=(make_terms(fee_level="raised_2"),)), run=run)
        assert (numbers(found), reasons(found)) == ((0, 1, "0"), ["level_not_in_tariff"])

    def test_a_start_before_birth_is_held_and_stops_nobody_else(self) -> None:
        found = reckoned(make_agreed(birth_date=date(2024, 4, 2)), make_agreed(agreement_id="agreement-2"))
        assert numbers(found) == (1, 1, "16670.00")
        assert "start_before_birth" in reasons(found)

    def test_an_agreement_whose_placement_has_been_weeded_is_held_and_stops_nobody_else(self) -> None:
        found = reckoned(make_agreed(birth_date=None), make_agreed(agreement_id="agreement-2"))
        assert numbers(found) == (1, 1, "16670.00")
        assert "placement_unknown" in reasons(found)

    def test_a_month_without_a_paid_day_is_paid_with_nothing(self) -> None:
        run = make_run(tariffs={2024: make_tariff(arrival_day_counts=False)})
        found = reckoned(make_agreed(starts_on=date(2024, 4, 30)), run=run)
        assert (numbers(found), list(found.entries)) == ((1, 0, "0"), [])

    def test_two_payees_share_each_line(self) -> None:
        payees = (Payee(adult_id="a", percent=Decimal(60)), Payee(adult_id="b", percent=Decimal(40)))
        found = reckoned(make_agreed(terms=(make_terms(payees=payees),)))
        assert [(one.payee_adult_id, str(one.amount)) for one in found.entries] == [
            ("a", "6850.20"), ("b", "4566.80"), ("a", "3151.80"), ("b", "2101.20"),
        ]  # fmt: skip


class TestBackInTime:
    def test_what_has_not_changed_owes_nothing(self) -> None:
        march = reckoned(make_agreed(), run=make_run(MARCH))
        run = make_run(APRIL, approved=[MARCH])
        found = reckoned(make_agreed(), run=run, settled=as_settled(march.entries))
        assert numbers(found) == (1, 0, "16670.00")

    def test_an_end_that_comes_late_corrects_and_carries_what_was_paid_too_much(self) -> None:
        march = reckoned(make_agreed(), run=make_run(MARCH))
        ended = make_agreed(ends_on=date(2024, 3, 10))
        run = make_run(APRIL, approved=[MARCH])
        found = reckoned(ended, run=run, settled=as_settled(march.entries))
        # 11 417 x 10 / 31 = 3 682.90; 5 253 x 10 / 31 = 1 694.52
        assert amounts(found.entries) == [
            ("cost_reimbursement", "-3558.48"),
            ("fee", "-7734.10"),
            ("recovery_carried", "11292.58"),
        ]
        assert found.total == 0
        assert [entry.corrects is not None for entry in found.entries] == [True, True, False]
        assert found.entries[1].explanation is not None
        assert found.entries[1].explanation.startswith(
            "Rättelse för 2024-03: 3 682,90 kr i stället för 11 417,00 kr; 10 av 31 dagar av 11 417,00 kr"
        )

    def test_what_was_held_in_an_approved_month_is_paid_when_it_is_signed_back_to_its_first_day(self) -> None:
        run = make_run(APRIL, approved=[MARCH])
        found = reckoned(make_agreed(), run=run, settled={})
        assert found.total == Decimal("33340.00")
        assert {(one.period_from, one.corrects) for one in found.entries} == {
            (date(2024, 3, 1), None),
            (date(2024, 4, 1), None),
        }

    def test_a_month_that_nobody_has_approved_is_left_to_its_own_run(self) -> None:
        assert reckoned(make_agreed(), settled={}).total == Decimal("16670.00")

    def test_a_corrected_birth_date_pays_what_is_missing(self) -> None:
        march = reckoned(make_agreed(), run=make_run(MARCH))
        older = make_agreed(birth_date=date(2010, 1, 20))
        run = make_run(APRIL, approved=[MARCH])
        found = reckoned(older, run=run, settled=as_settled(march.entries))
        # 5 969 - 5 253 = 716 for March
        assert ("cost_reimbursement", "716.00") in amounts(found.entries)
        assert "recovery_carried" not in {one.kind for one in found.entries}

    def test_a_child_allowance_that_was_deducted_after_its_last_quarter_is_given_back(self) -> None:
        tariffs = {2024: make_tariff(deduct_child_allowance=True)}
        allowance = Allowance(kind=AllowanceKind.CHILD, requested_on=date(2024, 1, 10), amount=Decimal(1250))
        younger, older = (
            make_agreed(birth_date=born, terms=(make_terms(allowance=allowance),))
            for born in (date(2008, 4, 1), date(2008, 3, 31))
        )
        april = reckoned(younger, run=make_run(tariffs=tariffs))
        run = make_run(MAY, approved=[APRIL], tariffs=tariffs)
        found = reckoned(older, run=run, settled=as_settled(april.entries, of=APRIL))
        assert ("allowance_deduction", "1250.00") in amounts(found.entries)
        assert found.total == Decimal("18636.00")  # 11 417 + 5 969 for May, and 1 250

    def test_a_new_payee_back_in_time_is_paid_and_the_old_ones_sum_is_carried(self) -> None:
        march = reckoned(make_agreed(), run=make_run(MARCH))
        changed = make_agreed(terms=(make_terms(payees=(Payee(adult_id="bo"),)),), ends_on=date(2024, 3, 31))
        found = reckoned(changed, run=make_run(APRIL, approved=[MARCH]), settled=as_settled(march.entries))
        by_payee = {
            payee: sum(one.amount or 0 for one in found.entries if one.payee_adult_id == payee)
            for payee in ("anna", "bo")
        }
        assert by_payee == {"anna": 0, "bo": Decimal("16670.00")}

    def test_a_month_that_can_not_be_computed_any_more_keeps_what_it_paid_and_says_so(self) -> None:
        march = reckoned(make_agreed(), run=make_run(MARCH))
        run = make_run(MAY, approved=[MARCH], tariffs={2024: make_tariff(fee={"base": "1.00"})})
        raised = make_agreed(terms=(make_terms(fee_level="raised_3"),), ends_on=date(2024, 3, 31))
        found = reckoned(raised, run=run, settled=as_settled(march.entries))
        assert (found.total, found.paid, found.held) == (0, 0, 0)
        assert [(one.reason_code, one.period_from) for one in found.entries] == [
            ("level_not_in_tariff", date(2024, 3, 1))
        ]


def a_journey() -> Claim:
    """Forty kilometres on 20 March 2024: 40 x 2.50 = 100.00."""
    day = date(2024, 3, 20)
    return Claim(
        id="claim-1",
        placement_id=None,
        payee_adult_id="anna",
        lines=lambda tariffs: mileage_lines(day, day, Decimal(40), tariffs[2024]),
    )


class TestAClaimThatWasPaid:
    def of_march(self) -> dict[Month, list[Settled]]:
        march = reckoned(claims=[a_journey()], run=make_run(MARCH))
        assert amounts(march.entries) == [("mileage", "100.00")]
        return as_settled(march.entries)

    def corrected(
        self, paid_per_km: str, month: Month = APRIL, settled: dict[Month, list[Settled]] | None = None, **book: Any
    ) -> Reckoned:
        """A later run, by a tariff that has been corrected since."""
        tariff = make_tariff(mileage={"tax_free_per_km": "2.50", "paid_per_km": paid_per_km})
        run = make_run(month, approved=[MARCH], tariffs={2024: tariff})
        return reckoned(run=run, paid_claims=[a_journey()], settled=settled or self.of_march(), **book)

    def test_is_not_paid_again(self) -> None:
        assert list(self.corrected("2.50").entries) == []

    def test_is_paid_what_the_tariff_gives_now_and_did_not_then(self) -> None:
        found = self.corrected("3.00")
        assert amounts(found.entries) == [("mileage_taxable", "20.00")]  # 40 x 3.00, of which 100.00 is free of tax
        assert [(one.claim_id, one.agreement_id) for one in found.entries] == [("claim-1", None)]
        assert numbers(found) == (0, 0, "20.00")  # it is no claim of this month

    def test_what_the_tariff_gives_no_more_is_carried_and_nothing_taken(self) -> None:
        found = self.corrected("2.00")
        assert amounts(found.entries) == [("mileage", "-20.00"), ("recovery_carried", "20.00")]  # 80.00 for 100.00
        assert (found.total, found.entries[0].corrects) == (0, self.of_march()[MARCH][0].id)

    def test_a_tariff_that_is_corrected_back_settles_what_was_carried(self) -> None:
        april = as_settled(self.corrected("2.00").entries, of=APRIL, known=self.of_march())
        one = Outstanding(recovery_id="r1", payee_adult_id="anna", amount=Decimal(20), pay_run_id="run-2024-04")
        found = self.corrected("2.50", MAY, settled=april, outstanding={"anna": [one]})
        assert amounts(found.entries) == [("mileage", "20.00"), ("recovery_carried", "-20.00")]

    def test_keeps_what_was_paid_where_the_tariff_does_not_say_any_more(self) -> None:
        run = make_run(approved=[MARCH], tariffs={2024: make_tariff(mileage=None)})
        found = reckoned(run=run, paid_claims=[a_journey()], settled=self.of_march())
        assert [(one.reason_code, one.claim_id, one.period_from) for one in found.entries] == [
            ("tariff_part_missing", "claim-1", date(2024, 3, 1))
        ]
        assert (found.total, found.held) == (0, 0)

    def test_of_a_month_of_which_runs_may_have_been_weeded_is_left_as_it_is(self) -> None:
        tariff = make_tariff(mileage={"tax_free_per_km": "2.50", "paid_per_km": "3.00"})
        run = make_run(approved=[MARCH], tariffs={2024: tariff}, papers_since=APRIL)
        assert list(reckoned(run=run, paid_claims=[a_journey()], settled=self.of_march()).entries) == []

    def test_what_no_tariff_says_stays_as_it_was_decided(self) -> None:
        assert list(reckoned(run=make_run(approved=[MARCH]), settled=self.of_march()).entries) == []


class TestReportedLate:
    def visited(self, *visits: Visit) -> Agreed:
        return make_agreed(rules=PayRules.CONTACT_FAMILY, starts_on=date(2023, 1, 1), visits=visits)

    MARCH_DAY = Visit(starts_on=date(2024, 3, 6), ends_on=date(2024, 3, 6))

    def test_a_day_is_carried_by_the_first_run_after_it_and_bears_its_own_day(self) -> None:
        found = reckoned(self.visited(self.MARCH_DAY), settled={})
        assert [(one.period_from, one.corrects) for one in found.entries] == [(date(2024, 3, 6), None)] * 2

    def test_it_is_not_paid_again(self) -> None:
        first = reckoned(self.visited(self.MARCH_DAY), settled={})
        again = reckoned(
            self.visited(self.MARCH_DAY), run=make_run(MAY, approved=[APRIL]), settled=as_settled(first.entries)
        )
        assert again.total == 0

    def test_one_that_is_withdrawn_is_taken_back_also_where_its_own_month_has_no_run(self) -> None:
        april = as_settled(reckoned(self.visited(self.MARCH_DAY), settled={}).entries, of=APRIL)
        found = reckoned(self.visited(), run=make_run(MAY, approved=[APRIL]), settled=april)
        assert amounts(found.entries) == [  # a Wednesday: 229 and 165
            ("contact_family_cost", "-165.00"),
            ("contact_family_fee", "-229.00"),
            ("recovery_carried", "394.00"),
        ]

    @pytest.mark.parametrize(("month", "paid"), [("2024-06", True), ("2024-07", False)])
    def test_it_is_paid_as_far_back_as_the_municipality_says_and_held_beyond(self, month: str, paid: bool) -> None:
        found = reckoned(self.visited(self.MARCH_DAY), run=make_run(month_of(month)), settled={})
        assert (found.total > 0) is paid
        assert reasons(found) == ([None, None] if paid else ["reported_too_late"])

    # Saturday and Sunday: 2 x 2 x 229 = 916 and 2 x 165 = 330, together 1 246
    IN_TIME = Visit(starts_on=date(2024, 3, 9), ends_on=date(2024, 3, 10), reported_on=date(2024, 3, 11))
    LATE = Visit(starts_on=date(2024, 3, 23), ends_on=date(2024, 3, 24), reported_on=date(2024, 8, 1))
    AUGUSTS_RUN = make_run(month_of("2024-08"), approved=[MARCH])

    def test_of_a_month_only_what_was_reported_late_is_held(self) -> None:
        found = reckoned(self.visited(self.IN_TIME, self.LATE), run=self.AUGUSTS_RUN, settled={})
        assert found.total == Decimal("1246.00")
        (late,) = (one for one in found.entries if one.reason_code)
        assert (late.reason_code, late.period_from, late.period_to) == (
            "reported_too_late",
            date(2024, 3, 23),
            date(2024, 3, 24),
        )

    def test_what_was_paid_in_time_is_neither_paid_again_nor_taken_back_for_what_is_late(self) -> None:
        march = as_settled(reckoned(self.visited(self.IN_TIME), run=make_run(MARCH)).entries)
        found = reckoned(self.visited(self.IN_TIME, self.LATE), run=self.AUGUSTS_RUN, settled=march)
        assert (found.total, reasons(found)) == (0, ["reported_too_late"])

    def test_a_day_that_is_added_late_to_what_was_paid_takes_nothing_back(self) -> None:
        march = as_settled(reckoned(self.visited(self.IN_TIME), run=make_run(MARCH)).entries)
        longer = replace(self.IN_TIME, ends_on=date(2024, 3, 11), reported_on=date(2024, 8, 1))
        found = reckoned(self.visited(longer), run=self.AUGUSTS_RUN, settled=march)
        assert (found.total, reasons(found)) == (0, ["reported_too_late"])

    def test_a_day_that_falls_away_is_taken_back_however_late_that_was_reported(self) -> None:
        march = as_settled(reckoned(self.visited(self.IN_TIME), run=make_run(MARCH)).entries)
        shorter = replace(self.IN_TIME, ends_on=date(2024, 3, 9), reported_on=date(2024, 8, 1))
        found = reckoned(self.visited(shorter), run=self.AUGUSTS_RUN, settled=march)
        assert ("recovery_carried", "623.00") in amounts(found.entries)  # 2 x 229 and 165

    def test_days_in_time_after_days_that_were_late_are_days_of_the_same_stay(self) -> None:
        late = replace(self.LATE, starts_on=date(2024, 3, 1), ends_on=date(2024, 3, 8))
        in_time = replace(self.IN_TIME, ends_on=date(2024, 3, 18))
        found = reckoned(self.visited(late, in_time), run=self.AUGUSTS_RUN, settled={})
        # of the eighteen days the 9th to the 18th: double on the 9th and the 10th, and on the 16th and the 17th no more
        assert amounts([one for one in found.entries if not one.reason_code]) == [
            ("contact_family_cost", "1650.00"),  # 10 x 165
            ("contact_family_fee", "2748.00"),  # 12 x 229
        ]

    @pytest.mark.parametrize(("papers_since", "total"), [(MARCH, "1246.00"), (APRIL, "0")])
    def test_a_month_whose_runs_may_have_been_weeded_is_not_paid_again(self, papers_since: Month, total: str) -> None:
        run = replace(self.AUGUSTS_RUN, papers_since=papers_since)
        assert reckoned(self.visited(self.IN_TIME), run=run, settled={}).total == Decimal(total)

    def supported(self, *visits: Visit) -> Agreed:
        terms = (make_terms(fee_level="1", cost_level="low"),)
        return make_agreed(rules=PayRules.CONTACT_PERSON, terms=terms, ends_on=date(2024, 3, 31), visits=visits)

    @pytest.mark.parametrize(
        ("visits", "total", "held"),
        [((IN_TIME, LATE), "956.00", 0), ((LATE,), "0", 1)],  # 478 and 478
        ids=["one in time", "all late"],
    )
    def test_a_contact_persons_month_is_late_when_every_report_of_it_is(
        self, visits: tuple[Visit, ...], total: str, held: int
    ) -> None:
        found = reckoned(self.supported(*visits), run=self.AUGUSTS_RUN, settled={})
        assert (found.total, reasons(found).count("reported_too_late")) == (Decimal(total), held)

    def test_a_contact_persons_month_whose_only_report_is_withdrawn_is_taken_back_and_held(self) -> None:
        march = as_settled(reckoned(self.supported(self.IN_TIME), run=make_run(MARCH)).entries)
        found = reckoned(self.supported(), run=make_run(approved=[MARCH]), settled=march)
        assert amounts([one for one in found.entries if not one.reason_code]) == [
            ("contact_person_cost", "-478.00"),
            ("contact_person_fee", "-478.00"),
            ("recovery_carried", "956.00"),
        ]
        assert [(one.reason_code, one.period_from) for one in found.entries if one.reason_code] == [
            ("report_missing", date(2024, 3, 1))
        ]

    def test_a_month_that_is_paid_before_its_report_is_never_late(self) -> None:
        tariff = make_tariff(reporting=PARTS["reporting"] | {"pay_before_report": True})
        run = make_run(month_of("2024-08"), approved=[MARCH], tariffs={2024: tariff})
        assert reckoned(self.supported(), run=run, settled={}).total == Decimal("956.00")


class TestRecoveries:
    def outstanding(self, amount: str, due: str = "0") -> dict[str, list[Outstanding]]:
        one = Outstanding(recovery_id="r1", payee_adult_id="anna", amount=Decimal(amount), due=Decimal(due))
        return {"anna": [one]}

    def test_nothing_is_taken_that_was_not_decided(self) -> None:
        assert reckoned(make_agreed(), outstanding=self.outstanding("5000")).total == Decimal("16670.00")

    def test_an_instalment_that_is_due_is_taken(self) -> None:
        found = reckoned(make_agreed(), outstanding=self.outstanding("5000", due="2500"))
        assert amounts(found.entries)[-1] == ("recovery_instalment", "-2500")
        assert found.entries[-1].recovery_id == "r1"

    def test_it_never_makes_a_payees_total_negative_and_the_rest_moves_on(self) -> None:
        found = reckoned(make_agreed(), outstanding=self.outstanding("20000", due="20000"))
        assert amounts(found.entries)[-1] == ("recovery_instalment", "-16670.00")
        assert found.total == 0

    def taken_back(self) -> dict[Month, list[Settled]]:
        """March was paid whole, and of it all but ten days was taken back in April's run: 11 292.58."""
        march = as_settled(reckoned(make_agreed(), run=make_run(MARCH)).entries)
        april = reckoned(self.TEN_DAYS, run=make_run(APRIL, approved=[MARCH]), settled=march)
        return as_settled(april.entries, of=APRIL, known=march)

    TEN_DAYS = make_agreed(ends_on=date(2024, 3, 10))
    WHOLE_MARCH = make_agreed(ends_on=date(2024, 3, 31))
    MAYS_RUN = make_run(MAY, approved=[MARCH, APRIL])

    def of_april(self, amount: str) -> dict[str, list[Outstanding]]:
        one = Outstanding(recovery_id="r1", payee_adult_id="anna", amount=Decimal(amount), pay_run_id="run-2024-04")
        return {"anna": [one]}

    @pytest.mark.parametrize(("left", "total"), [("11292.58", "0.00"), ("5292.58", "6000.00")])
    def test_a_correction_that_proves_wrong_settles_what_is_left_of_the_recovery_that_it_began(
        self, left: str, total: str
    ) -> None:
        found = reckoned(
            self.WHOLE_MARCH, run=self.MAYS_RUN, settled=self.taken_back(), outstanding=self.of_april(left)
        )
        assert amounts(found.entries)[-1] == ("recovery_carried", f"-{left}")
        assert found.total == Decimal(total)

    def test_a_correction_upwards_of_something_else_is_paid_and_settles_nothing(self) -> None:
        raised = make_agreed(ends_on=date(2024, 3, 10), terms=(make_terms(fee_level="raised_1"),))
        found = reckoned(raised, run=self.MAYS_RUN, settled=self.taken_back(), outstanding=self.of_april("11292.58"))
        # 13 342 x 10 / 31 = 4 303.87 instead of 3 682.90; that is of the very fee that was taken back
        assert amounts(found.entries) == [("fee", "620.97"), ("recovery_carried", "-620.97")]
        other = Outstanding(recovery_id="r2", payee_adult_id="anna", amount=Decimal(9000), pay_run_id="another")
        unrelated = reckoned(raised, run=self.MAYS_RUN, settled=self.taken_back(), outstanding={"anna": [other]})
        assert (amounts(unrelated.entries), unrelated.total) == ([("fee", "620.97")], Decimal("620.97"))

    def test_of_two_that_took_the_same_back_the_newest_is_settled_first(self) -> None:
        (older,) = self.of_april("5000")["anna"]
        newer = replace(older, recovery_id="r2", amount=Decimal(10000))
        found = reckoned(
            self.WHOLE_MARCH, run=self.MAYS_RUN, settled=self.taken_back(), outstanding={"anna": [older, newer]}
        )
        carried = [(one.recovery_id, str(one.amount)) for one in found.entries if one.recovery_id]
        assert carried == [("r2", "-10000.00"), ("r1", "-1292.58")]  # of 11 292.58


def lived(placement_id: str, starts_on: date, ends_on: date | None = None, *, home_id: str = "home-1") -> Lived:
    return Lived(placement_id, home_id, Stay(starts_on=starts_on, ends_on=ends_on))


def fees_of(*some: Lived, to_receiving: bool = True, month: Month = APRIL, **tariff: Any) -> dict[str, tuple[int, int]]:
    """From which day to which each placement's fee is paid."""
    run = make_run(month, tariffs={month.year: make_tariff(year=month.year, **tariff)})
    return {
        name: (line.period_from.day, line.period_to.day)
        for name, stay in paid_once(some, to_receiving=lambda _: to_receiving).items()
        for line in make_agreed(stay=stay).lines(month, run.tariffs[month.year])
        if line.kind == "fee"
    }


class TestPaidOnce:
    MOVED = (
        lived("first", date(2024, 3, 1), date(2024, 4, 12)),
        lived("second", date(2024, 4, 12), home_id="home-2"),
    )

    @pytest.mark.parametrize("flags", [{}, {"arrival_day_counts": False, "departure_day_counts": False}])
    @pytest.mark.parametrize("to_receiving", [True, False])
    def test_a_day_of_moving_is_paid_to_one_home_also_where_no_day_of_arrival_or_departure_counts(
        self, to_receiving: bool, flags: dict[str, bool]
    ) -> None:
        receiving = {"first": (1, 11), "second": (12, 30)}
        leaving = {"first": (1, 12), "second": (13, 30)}
        assert fees_of(*self.MOVED, to_receiving=to_receiving, **flags) == (receiving if to_receiving else leaving)

    @pytest.mark.parametrize(("to_receiving", "paid"), [(True, "second"), (False, "first")])
    def test_who_passes_through_a_home_within_a_day_is_paid_for_in_one(self, to_receiving: bool, paid: str) -> None:
        passed = lived("passed", date(2024, 4, 12), date(2024, 4, 12), home_id="home-3")
        found = fees_of(*self.MOVED, passed, to_receiving=to_receiving)
        assert "passed" not in found
        assert [name for name, (first, last) in found.items() if first <= 12 <= last] == [paid]

    @pytest.mark.parametrize("flags", [{}, {"arrival_day_counts": False, "departure_day_counts": False}])
    @pytest.mark.parametrize(("to_receiving", "away"), [(True, 12), (False, 13)])
    def test_who_is_elsewhere_for_a_night_is_paid_for_in_one_home_each_day(
        self, to_receiving: bool, away: int, flags: dict[str, bool]
    ) -> None:
        back = lived("back", date(2024, 4, 13))
        night = lived("night", date(2024, 4, 12), date(2024, 4, 13), home_id="home-2")
        found = fees_of(self.MOVED[0], night, back, to_receiving=to_receiving, **flags)
        assert found == {"first": (1, away - 1), "night": (away, away), "back": (away + 1, 30)}

    def test_a_placement_that_never_began_takes_no_day(self) -> None:
        never = lived("never", date(2024, 4, 12), date(2024, 4, 11), home_id="home-3")
        assert fees_of(lived("first", date(2024, 3, 1), date(2024, 4, 12)), never) == {"first": (1, 12)}

    @pytest.mark.parametrize("flags", [{"arrival_day_counts": False}, {"departure_day_counts": False}])
    def test_where_the_kind_of_a_stay_changes_nobody_comes_or_goes(self, flags: dict[str, bool]) -> None:
        changed = (
            lived("emergency", date(2024, 3, 1), date(2024, 4, 15)),
            lived("family", date(2024, 4, 16)),
        )
        assert fees_of(*changed, **flags) == {"emergency": (1, 15), "family": (16, 30)}

    @pytest.mark.parametrize(
        ("month", "changes_on", "fees"),
        [
            # 11 417 x 14 / 28, twice
            ("2023-02", date(2023, 2, 15), ["5708.50", "5708.50"]),
            # 11 417 x 15 / 31 = 5 524.35 and x 16 / 31 = 5 892.65: 11 417.00 together
            ("2023-03", date(2023, 3, 16), ["5524.35", "5892.65"]),
        ],
    )
    @pytest.mark.parametrize("method", ["calendar_days", "thirtieths", "days_of_year"])
    def test_and_the_month_is_one_month_by_every_method(
        self, method: str, month: str, changes_on: date, fees: list[str]
    ) -> None:
        before = lived("emergency", date(2022, 1, 1), changes_on - timedelta(days=1))
        stays = paid_once([before, lived("family", changes_on)], to_receiving=lambda _: True)
        tariff = make_tariff(year=2023, part_month=method)
        paid = [make_agreed(stay=stays[name]).lines(month_of(month), tariff)[0] for name in ("emergency", "family")]
        assert [str(line.amount) for line in paid] == fees

    def test_whose_stay_ends_after_its_kind_has_changed_is_paid_each_part_by_the_method(self) -> None:
        some = [
            lived("emergency", date(2024, 1, 1), date(2024, 3, 10)),
            lived("family", date(2024, 3, 11), date(2024, 3, 20)),
        ]
        stays = paid_once(some, to_receiving=lambda _: True)
        tariff = make_tariff(part_month="thirtieths")
        paid = [make_agreed(stay=stays[name]).lines(MARCH, tariff)[0] for name in ("emergency", "family")]
        assert [str(line.amount) for line in paid] == ["3805.67", "3805.67"]  # 11 417 x 10 / 30


class TestEntry:
    def test_the_same_line_has_the_same_id_and_another_has_another(self) -> None:
        (fee, cost) = reckoned(make_agreed()).entries
        assert fee.line_id("run-1") == fee._replace(amount=Decimal(11417)).line_id("run-1")
        assert len({fee.line_id("run-1"), cost.line_id("run-1"), fee.line_id("run-2")}) == 3
