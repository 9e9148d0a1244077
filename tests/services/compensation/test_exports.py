"""R38: an approved run as PAXml, SIE, CSV or the municipality's own columns; twice the same bytes; what is missing is
named all at once, and nothing is written."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from services.compensation.contract.exports import SetExportLayout
from services.investigation.contract.events import HOME_CHANGED
from services.kernel.contracts.files import FileInStore
from services.kernel.testing import Harness
from tests.conftest import shelves
from tests.home_changes import a_change, an_adult
from tests.services.compensation.conftest import a_signed_agreement, approve, compute, set_tariff
from tests.services.compensation.sie import sie_of

ANNA = "189001019802"
#: PAXml's own schema lies beside the project where somebody has put it: its licence does not say that it may be copied.
SCHEMA = next((found for above in Path(__file__).parents if (found := above / "shared/paxml/paxml.xsd").exists()), None)


@pytest.fixture
def run(compensation: Harness) -> dict[str, Any]:
    """April for one child, Anna's number known, and codes for both kinds."""
    set_tariff(compensation)
    agreement = a_signed_agreement(compensation)
    adult = an_adult(ANNA, id=agreement["payee_adult_id"])
    compensation.react(HOME_CHANGED, a_change(agreement["home_id"], adults=[adult]))
    codes(compensation)
    return {**approve(compensation), "payee": agreement["payee_adult_id"]}


def codes(compensation: Harness) -> None:
    for kind, wage_type in (("fee", "7101"), ("cost_reimbursement", "7201")):
        body = {"wage_type": wage_type, "account": "5021", "cost_centre": "4310"}
        compensation.do("set_pay_code", pay_kind=kind, body=body, if_none_match=True)


def exported(compensation: Harness, run: dict[str, Any], wanted: str, **query: Any) -> bytes:
    reply = compensation.reply("export_pay_run", pay_run_id=run["id"], query={"format": wanted, **query})
    assert "file" in reply, reply
    shelf = shelves("compensation").of(compensation.tenant)
    return b"".join(shelf.read(FileInStore.from_dict(reply["file"])))


class TestPaxml:
    def test_each_line_is_a_transaction_of_its_payee(self, compensation: Harness, run: dict[str, Any]) -> None:
        text = exported(compensation, run, "paxml").decode("iso-8859-1")
        assert text.count("<lonetrans ") == 2
        assert text.count(f'persnr="{ANNA}"') == 2
        assert "<lonart>7101</lonart>" in text
        assert "<belopp>11417.00</belopp>" in text
        assert '<resenhet dim="1" id="4310" />' in text

    def test_it_is_the_same_bytes_each_time(self, compensation: Harness, run: dict[str, Any]) -> None:
        assert exported(compensation, run, "paxml") == exported(compensation, run, "paxml")

    @pytest.mark.skipif(
        not SCHEMA.exists(), reason="PAXml's own schema is not here; its licence does not let it be kept"
    )
    def test_it_is_valid_by_paxmls_own_schema(self, compensation: Harness, run: dict[str, Any]) -> None:
        xmlschema = pytest.importorskip("xmlschema", reason="no validator of XML schemas is installed")
        assert xmlschema.XMLSchema(str(SCHEMA)).is_valid(exported(compensation, run, "paxml").decode("iso-8859-1"))

    def test_what_is_missing_is_named_all_at_once(self, compensation: Harness) -> None:
        set_tariff(compensation)
        agreement = a_signed_agreement(compensation)
        run = approve(compensation)
        fault = compensation.refusal("export_pay_run", pay_run_id=run["id"], query={"format": "paxml"})
        assert (fault["status"], fault["code"]) == (409, "export_incomplete")
        assert fault["extra"]["missing"] == [
            {"code": "payee_without_number", "what": agreement["payee_adult_id"]},
            {"code": "wage_type_missing", "what": "cost_reimbursement"},
            {"code": "wage_type_missing", "what": "fee"},
        ]


class TestChannels:
    def ledger(self, compensation: Harness, adult_id: str) -> None:
        body = {"payroll_id": None, "channel": "ledger"}
        change = compensation.do("set_payee", adult_id=adult_id, body=body, if_match="*")
        call: dict[str, Any] = {"payee_change_id": change["id"]}
        assert compensation.code("confirm_payee", **call) == (403, "second_person_needed")
        assert compensation.do("confirm_payee", actor="bo", **call)["channel"] == "ledger"
        assert compensation.code("confirm_payee", actor="bo", **call) == (409, "payee_change_not_waiting")

    def test_what_leaves_by_the_ledger_does_not_leave_by_payroll(
        self, compensation: Harness, run: dict[str, Any]
    ) -> None:
        self.ledger(compensation, run["payee"])
        compensation.now = compensation.now.replace(month=5)  # type: ignore[union-attr]
        may = approve(compensation, "2024-05")
        assert b"<lonetrans " not in exported(compensation, may, "paxml")
        (voucher,) = sie_of(exported(compensation, may, "sie")).vouchers
        *lines, counter = [(one.account, one.objects, one.amount) for one in voucher]
        assert sorted(lines, key=lambda one: one[2]) == [
            ("5021", {"1": "4310"}, Decimal("5253.00")),
            ("5021", {"1": "4310"}, Decimal("11417.00")),
        ]
        assert counter == ("2890", {}, Decimal("-16670.00"))
        assert sie_of(exported(compensation, run, "sie")).vouchers == []  # April left by payroll

    def test_the_file_says_whose_it_is(self, compensation: Harness, run: dict[str, Any]) -> None:
        assert "ORGNR" not in sie_of(exported(compensation, run, "sie")).head
        name = "compensation.organisation_number"
        body = {"value": 2120001355, "reason": "Kommunens nummer."}
        change = compensation.do("change_setting", setting_name=name, body=body, if_match="*")
        compensation.do("confirm_setting", setting_change_id=change["id"], actor="bo")
        head = sie_of(exported(compensation, run, "sie")).head
        assert (head["ORGNR"], head["SIETYP"], head["FORMAT"]) == (["212000-1355"], ["4"], ["PC8"])
        assert b"<foretagorgnr>2120001355</foretagorgnr>" in exported(compensation, run, "paxml")

    def test_what_is_in_force_takes_back_what_waits(self, compensation: Harness, run: dict[str, Any]) -> None:
        which = {"adult_id": run["payee"], "if_match": "*"}
        change = compensation.do("set_payee", body={"payroll_id": "4711", "channel": "payroll"}, **which)
        assert compensation.do("set_payee", body={"payroll_id": None, "channel": "payroll"}, **which)["id"]
        call: dict[str, Any] = {"payee_change_id": change["id"], "actor": "bo"}
        assert compensation.code("confirm_payee", **call) == (409, "payee_change_not_waiting")

    def test_a_new_code_makes_a_run_that_was_computed_before_outdated(
        self, compensation: Harness, run: dict[str, Any]
    ) -> None:
        compensation.now = compensation.now.replace(month=5)  # type: ignore[union-attr]
        may = compute(compensation, "2024-05")
        body = {"wage_type": "7102", "account": None, "cost_centre": None}
        compensation.do("set_pay_code", pay_kind="fee", body=body, if_match="*")
        call: dict[str, Any] = {"pay_run_id": may["id"], "actor": "bo"}
        assert compensation.code("approve_pay_run", **call) == (409, "pay_run_outdated")


class TestColumns:
    def test_csv_has_every_line_with_everything(self, compensation: Harness, run: dict[str, Any]) -> None:
        head, *lines = exported(compensation, run, "csv").decode().splitlines()
        assert head.startswith("payroll_id;personal_number;name;kind;wage_type;amount;")
        assert len(lines) == 2
        assert lines[0].startswith(f";{ANNA};Anna Andersson;fee;7101;11417.00;1;11417.00;2024-04-01;2024-04-30;")

    def test_the_municipalitys_own_columns(self, compensation: Harness, run: dict[str, Any]) -> None:
        layout = {
            "format": "fixed",
            "encoding": "windows-1252",
            "decimal": ",",
            "columns": [
                {"value": "personal_number", "width": 12},
                {"value": "wage_type", "width": 5, "align": "right"},
                {"value": "amount", "width": 10, "align": "right"},
                {"value": "period_from", "width": 8, "date_format": "yyyymmdd"},
            ],
        }
        compensation.do("set_export_layout", layout_name="own", body=layout, if_none_match=True)
        assert exported(compensation, run, "columns", layout="own").decode("cp1252").splitlines() == [
            f"{ANNA} 7101  11417,0020240401",
            f"{ANNA} 7201   5253,0020240401",
        ]

    def test_what_has_no_room_is_named_and_nothing_is_cut_off(self, compensation: Harness, run: dict[str, Any]) -> None:
        layout = {"format": "fixed", "encoding": "utf-8", "columns": [{"value": "amount", "width": 5}]}
        compensation.do("set_export_layout", layout_name="own", body=layout, if_none_match=True)
        call: dict[str, Any] = {"pay_run_id": run["id"], "query": {"format": "columns", "layout": "own"}}
        fault = compensation.refusal("export_pay_run", **call)
        assert fault["extra"]["missing"] == [{"code": "column_too_narrow", "what": "amount"}]

    def test_a_layout_that_is_not_there_or_not_said(self, compensation: Harness, run: dict[str, Any]) -> None:
        call: dict[str, Any] = {"pay_run_id": run["id"]}
        assert compensation.code("export_pay_run", query={"format": "columns"}, **call) == (422, "invalid_input")
        asked = {"format": "columns", "layout": "none"}
        assert compensation.code("export_pay_run", query=asked, **call) == (404, "not_found")

    def test_a_column_of_a_fixed_layout_has_a_width(self, compensation: Harness) -> None:
        body = {**SetExportLayout.example, "format": "fixed"}
        fault = compensation.refusal("set_export_layout", layout_name="own", body=body, if_none_match=True)
        assert {problem["code"] for problem in fault["errors"]} == {"width_needed"}


class TestWhoMay:
    def test_only_what_is_approved_leaves(self, compensation: Harness) -> None:
        run = compute(compensation)
        call: dict[str, Any] = {"pay_run_id": run["id"], "query": {"format": "csv"}}
        assert compensation.code("export_pay_run", **call) == (409, "pay_run_not_approved")

    def test_numbers_of_a_protected_identity_leave_only_with_the_right_and_a_reason(
        self, compensation: Harness, run: dict[str, Any]
    ) -> None:
        (line, _) = compensation.do("list_pay_lines", pay_run_id=run["id"])["items"]
        adult = an_adult(ANNA, id=run["payee"])
        change = a_change(line["home_id"], adults=[adult], protected_identity=True)
        compensation.react(HOME_CHANGED, change)
        call: dict[str, Any] = {"pay_run_id": run["id"], "query": {"format": "csv"}}
        assert compensation.code("export_pay_run", **call) == (403, "identity_protected")
        right: dict[str, Any] = {"roles": ["payroll", "protected"], "reason": "Utbetalning."}
        assert "file" in compensation.reply("export_pay_run", **call, **right)
