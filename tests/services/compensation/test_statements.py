"""R38: a home's statement of a month and of a year: each line explained, what has changed, what waits, whom to ask, and
the sums of the tax return."""

from datetime import date
from typing import Any

import pytest

from services.investigation.contract.events import HOME_CHANGED
from services.kernel.contracts.files import FileInStore
from services.kernel.testing import Harness
from services.placement.contract.events import PLACEMENT_ENDED
from tests.conftest import shelves
from tests.home_changes import a_change, an_adult
from tests.pdfs import words_of
from tests.services.compensation.conftest import a_signed_agreement, an_agreement, approve, compute, set_tariff

ANNA, CLARA = "189001019802", "189001019828"


@pytest.fixture
def home(compensation: Harness) -> str:
    """A home with one child; March and April are paid, of April only ten days."""
    set_tariff(compensation)
    agreement = a_signed_agreement(compensation, starts_on=date(2024, 3, 1))
    adults = [an_adult(ANNA, id=agreement["payee_adult_id"]), an_adult(CLARA)]
    compensation.react(HOME_CHANGED, a_change(agreement["home_id"], adults=adults))
    approve(compensation, "2024-03")
    which = {"placement_id": agreement["placement_id"], "home_id": agreement["home_id"]}
    compensation.react(PLACEMENT_ENDED, {**which, "ends_on": date(2024, 4, 10)})
    approve(compensation)
    return str(agreement["home_id"])


def statement(compensation: Harness, home: str, **query: Any) -> dict[str, Any]:
    return compensation.do("get_statement", query={"home_id": home, **query}, roles=["payroll"])


def pages(compensation: Harness, home: str, **query: Any) -> str:
    reply = compensation.reply("get_statement_document", home_id=home, query=query, roles=["payroll"])
    shelf = shelves("compensation").of(compensation.tenant)
    content = b"".join(shelf.read(FileInStore.from_dict(reply["file"])))
    return words_of(content)


class TestMonth:
    def test_each_line_is_explained_and_what_has_changed_is_said(self, compensation: Harness, home: str) -> None:
        found = statement(compensation, home, month="2024-04")
        # 11 417 x 10 / 30 = 3 805.67; 5 253 x 10 / 30 = 1 751.00
        assert [(line["name"], line["amount"]) for line in found["lines"]] == [
            ("Arvode", "3805.67"),
            ("Omkostnadsersättning", "1751.00"),
        ]
        assert found["lines"][0]["explanation"] == "10 av 30 dagar av 11 417,00 kr (arvode grundnivå)"
        assert found["changes"] == [
            {"kind": "fee", "name": "Arvode", "before": "11417.00", "now": "3805.67", "difference": "-7611.33"},
            {
                "kind": "cost_reimbursement",
                "name": "Omkostnadsersättning",
                "before": "5253.00",
                "now": "1751.00",
                "difference": "-3502.00",
            },
        ]
        assert (found["month"], found["year"], found["sums"]["total"]) == ("2024-04", None, "5556.67")

    def test_without_a_month_it_is_the_last_that_was_approved(self, compensation: Harness, home: str) -> None:
        assert statement(compensation, home) == statement(compensation, home, month="2024-04")

    def test_what_waits_is_said_in_swedish(self, compensation: Harness) -> None:
        set_tariff(compensation)
        home = an_agreement(compensation)["home_id"]
        approve(compensation)
        assert statement(compensation, home)["held"] == [
            {
                "reason_code": "agreement_not_signed",
                "text": "Avtalet är inte undertecknat av alla. Ersättningen betalas när det är det.",
            }
        ]

    def test_whom_to_ask_is_the_municipalitys_own_address(self, compensation: Harness) -> None:
        compensation.tenant = compensation.new_tenant(contact={"phone": "+4619211000"})
        set_tariff(compensation)
        home = a_signed_agreement(compensation)["home_id"]
        approve(compensation)
        assert statement(compensation, home)["ask"] == {"phone": "+4619211000", "email": None}

    def test_what_is_not_approved_is_not_stated(self, compensation: Harness) -> None:
        set_tariff(compensation)
        home = a_signed_agreement(compensation)["home_id"]
        compute(compensation)
        call: dict[str, Any] = {"query": {"home_id": home}, "roles": ["payroll"]}
        assert compensation.code("get_statement", **call) == (404, "not_found")

    def test_the_document_says_the_same(self, compensation: Harness, home: str) -> None:
        text = pages(compensation, home, month="2024-04")
        for part in ("april 2024", "Arvode", "3 805,67 kr", "10 av 30 dagar", "5 556,67 kr", "11 417,00 kr"):
            assert part in text


class TestYear:
    def test_it_has_the_sums_of_the_tax_return(self, compensation: Harness, home: str) -> None:
        found = statement(compensation, home, year="2024")
        # fees 11 417 + 3 805.67; reimbursements 5 253 + 1 751 = 7 004, of which what exceeds 5 000 is deducted
        assert found["sums"] == {
            "total": "22226.67",
            "income": "15222.67",
            "reimbursements": "7004.00",
            "deduction": "2004.00",
        }
        assert (found["month"], found["year"], len(found["lines"]), found["changes"]) == (None, 2024, 4, [])

    def test_the_document_names_the_boxes(self, compensation: Harness, home: str) -> None:
        text = pages(compensation, home, year="2024")
        for part in ("ruta 1.1", "15 222,67 kr", "ruta 1.2", "7 004,00 kr", "ruta 2.4", "2 004,00 kr"):
            assert part in text

    def test_a_month_and_a_year_at_once_are_refused(self, compensation: Harness, home: str) -> None:
        query = {"home_id": home, "month": "2024-04", "year": "2024"}
        fault = compensation.refusal("get_statement", query=query, roles=["payroll"])
        assert [problem["code"] for problem in fault["errors"]] == ["month_or_year"]
        fault = compensation.refusal("get_statement", query={}, roles=["payroll"])
        assert [problem["code"] for problem in fault["errors"]] == ["home_needed"]


class TestOfAHome:
    def by(self, number: str) -> dict[str, Any]:
        return {"roles": ["home"], "personal_number": number, "actor": number}

    def test_who_is_paid_sees_it_without_saying_of_which_home(self, compensation: Harness, home: str) -> None:
        found = compensation.do("get_statement", query={}, **self.by(ANNA))
        assert (found["home_id"], len(found["lines"])) == (home, 2)

    def test_what_one_is_paid_is_not_shown_to_another_adult(self, compensation: Harness, home: str) -> None:
        found = compensation.do("get_statement", query={}, **self.by(CLARA))
        assert (found["lines"], found["sums"]["total"]) == ([], "0.00")

    def test_another_homes_is_not_there(self, compensation: Harness, home: str) -> None:
        other = a_signed_agreement(compensation)["home_id"]
        call: dict[str, Any] = {"query": {"home_id": other}, **self.by(ANNA)}
        assert compensation.code("get_statement", **call) == (404, "not_found")
        assert compensation.code("get_statement_document", home_id=other, **self.by(ANNA)) == (404, "not_found")
