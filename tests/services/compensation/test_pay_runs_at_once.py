"""Many at the same button, many agreements, and what the database itself refuses."""

import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import sqlalchemy

from services.compensation.contract.agreements import AgreementKind, Signatures
from services.compensation.contract.events import PAY_RUN_APPROVED
from services.compensation.model import Placement, draft, payees_of
from services.compensation.runs import commands
from services.kernel.basics.ids import new_id
from services.kernel.messages.context import Context
from services.kernel.testing import Harness
from tests.services.compensation.conftest import (
    LAST_OF_APRIL,
    a_signed_agreement,
    a_start,
    compute,
    lines_of,
    numbers,
    set_tariff,
)


@contextmanager
def no_terms_can_be_read(compensation: Harness) -> Iterator[None]:
    """Meanwhile the terms of the municipality's agreements are none."""
    with psycopg.connect(compensation.owner_url, autocommit=True) as connection:
        connection.execute("select set_config('hemvist.tenant', %s, false)", (compensation.tenant,))
        connection.execute("update agreement_terms set terms = jsonb_build_object('broken', terms)")
        yield
        connection.execute("update agreement_terms set terms = terms -> 'broken'")


def many_agreements(compensation: Harness, count: int) -> None:
    """Signed agreements from 1 April 2024 on, written straight into the tables."""
    context = Context(tenant=compensation.tenant, actor="anna", request_id=new_id(), deadline=0)
    started = [a_start() for _ in range(count)]
    with compensation.database.unit(context, now=compensation.now) as unit:
        unit.session.execute(
            sqlalchemy.insert(Placement),
            [
                {
                    "id": one["placement_id"],
                    "home_id": one["home_id"],
                    "assignment": one["assignment"],
                    "birth_date": one["birth_date"].isoformat(),
                    "adult_ids": one["adult_ids"],
                    "starts_on": one["starts_on"],
                }
                for one in started
            ],
        )
        for one in started:
            agreement = draft(
                home_id=one["home_id"],
                kind=AgreementKind.PLACEMENT,
                starts_on=one["starts_on"],
                body={"fee_level": "base", "cost_level": "base", "payees": payees_of(one["adult_ids"])},
                at=unit.now,
                placement_id=one["placement_id"],
            )
            agreement.sign(by="anna", on=unit.today, at=unit.now, adult_id=None, wanted=Signatures.MUNICIPALITY)
            unit.add(agreement)
        unit.commit()


@contextmanager
def statements(compensation: Harness) -> Iterator[list[str]]:
    """The statements that are sent meanwhile, without those of the kernel's begin and end."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    engine = compensation.database._engine
    sqlalchemy.event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sqlalchemy.event.remove(engine, "before_cursor_execute", note)


class TestAtOnce:
    def test_ten_computations_of_a_month_are_one_run(self, compensation: Harness) -> None:
        set_tariff(compensation)
        for _ in range(3):
            a_signed_agreement(compensation)
        with ThreadPoolExecutor(10) as pool:
            runs = list(pool.map(lambda number: compute(compensation, actor=f"person-{number}"), range(10)))
        assert len({run["id"] for run in runs}) == 1
        assert {numbers(run) for run in runs} == {(3, 3, 0, "50010.00")}
        assert compensation.do("list_pay_runs")["total"] == 1
        assert len(lines_of(compensation, runs[0])) == 6

    def test_two_months_that_outdate_each_other_do_not_wait_for_each_other(
        self, compensation: Harness, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for month in ("2024-03", "2024-04"):
            compute(compensation, month)
        set_tariff(compensation)
        outdate, both = commands._outdate_others, threading.Barrier(2)
        met: list[int] = []

        def meet(*given: Any) -> None:
            """Each holds its own run now, and wants the other's."""
            with suppress(threading.BrokenBarrierError):
                met.append(both.wait(timeout=0.5))
            outdate(*given)

        monkeypatch.setattr(commands, "_outdate_others", meet)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda month: compute(compensation, month), ("2024-03", "2024-04")))
        assert met == []

    def test_ten_approvals_are_one(self, compensation: Harness) -> None:
        run = compute(compensation, actor="anna")
        with ThreadPoolExecutor(10) as pool:
            replies = list(
                pool.map(
                    lambda number: compensation.reply(
                        "approve_pay_run", pay_run_id=run["id"], actor=f"person-{number}"
                    ),
                    range(10),
                )
            )
        assert sum("body" in reply for reply in replies) == 1
        assert {reply["fault"]["code"] for reply in replies if "fault" in reply} == {"pay_run_already_approved"}
        assert len(compensation.recorded(PAY_RUN_APPROVED)) == 1

    def test_computing_approving_and_discarding_at_once_leave_one_run_that_counts(self, compensation: Harness) -> None:
        set_tariff(compensation)
        a_signed_agreement(compensation)
        run = compute(compensation, actor="anna")

        def act(number: int) -> Any:
            match number % 3:
                case 0:
                    return compensation.reply("compute_pay_run", body={"month": "2024-04"}, actor="anna")
                case 1:
                    return compensation.reply("approve_pay_run", pay_run_id=run["id"], actor="bo")
                case _:
                    return compensation.reply("discard_pay_run", pay_run_id=run["id"], actor="cecilia")

        with ThreadPoolExecutor(12) as pool:
            replies = list(pool.map(act, range(12)))
        known = {"pay_run_already_approved", "pay_run_already_discarded"}
        assert {reply["fault"]["code"] for reply in replies if "fault" in reply} <= known
        runs = compensation.do("list_pay_runs")["items"]
        assert sum(item["status"] != "discarded" for item in runs) <= 1
        assert sum(item["status"] == "approved" for item in runs) == len(compensation.recorded(PAY_RUN_APPROVED))
        assert {numbers(item) for item in runs} == {(1, 1, 0, "16670.00")}
        assert {len(lines_of(compensation, item)) for item in runs} == {2}


class TestManyAgreements:
    def test_the_number_of_statements_does_not_grow_with_the_agreements(self, compensation: Harness) -> None:
        set_tariff(compensation)
        many_agreements(compensation, 3)
        with statements(compensation) as of_three:
            compute(compensation)
        many_agreements(compensation, 40)
        with statements(compensation) as of_many:
            compute(compensation)
        assert len(of_many) == len(of_three)
        with statements(compensation) as of_the_same:
            compute(compensation)
        assert len(of_the_same) < len(of_many)

    def test_no_statement_joins_what_grows_with_what_grows(self, compensation: Harness) -> None:
        """Such a join may be planned as if a municipality had one row: then each row is compared with each."""
        set_tariff(compensation)
        many_agreements(compensation, 3)
        with statements(compensation) as sent:
            run = compute(compensation)
            compensation.do("approve_pay_run", pay_run_id=run["id"], actor="bo")
        assert len(sent) > 15
        joined = {table for one in sent for table in re.findall(r"\bjoin (\w+)", one, re.IGNORECASE)}
        assert joined <= {"pay_run"}  # a year has twelve

    def test_two_thousand_agreements_are_computed_in_seconds(self, compensation: Harness) -> None:
        set_tariff(compensation)
        many_agreements(compensation, 2_000)
        began = time.perf_counter()
        run = compute(compensation)
        assert numbers(run) == (2_000, 2_000, 0, "33340000.00")  # 2 000 x 16 670.00
        assert time.perf_counter() - began < 10
        last = compensation.do("list_pay_lines", pay_run_id=run["id"], page={"page": "40", "limit": "100"})
        assert (len(last["items"]), last["total"]) == (100, 4_000)


class TestLargeMunicipality:
    @pytest.fixture
    def in_small_parts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A unit of work computes one home."""
        monkeypatch.setattr(commands, "HOMES_AT_ONCE", 1)
        monkeypatch.setattr(commands, "IN_A_STEP", 1)

    def test_it_goes_on_by_itself_and_comes_to_the_same(self, compensation: Harness, in_small_parts: None) -> None:
        set_tariff(compensation)
        many_agreements(compensation, 4)
        begun = compute(compensation)
        assert (begun["status"], numbers(begun)) == ("computing", (1, 1, 0, "16670.00"))
        call: dict[str, Any] = {"pay_run_id": begun["id"], "actor": "bo"}
        assert compensation.code("approve_pay_run", **call) == (409, "pay_run_outdated")
        assert set(compensation.pass_time(LAST_OF_APRIL)) == {"go_on_computing"}
        done = compensation.do("get_pay_run", pay_run_id=begun["id"])
        assert (done["status"], numbers(done), done["computed_by"]) == ("computed", (4, 4, 0, "66680.00"), "anna")
        assert len(lines_of(compensation, done)) == 8
        assert compensation.do("approve_pay_run", **call)["status"] == "approved"

    def test_of_homes_that_are_looked_at_again_fewer_are_in_a_step(
        self, compensation: Harness, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        set_tariff(compensation)
        many_agreements(compensation, 4)
        compensation.do("approve_pay_run", pay_run_id=compute(compensation)["id"], actor="bo")
        compensation.now = compensation.now.replace(month=5)  # type: ignore[union-attr]
        monkeypatch.setattr(commands, "MONTHS_IN_A_STEP", 4)  # two homes, with a month that is approved
        assert compute(compensation, "2024-05")["status"] == "computed"  # four homes, a month of each
        body = {"wage_type": "7101", "account": "5021", "cost_centre": "4310"}
        compensation.do("set_pay_code", pay_kind="fee", body=body, if_none_match=True)
        begun = compute(compensation, "2024-05")
        assert (begun["status"], begun["paid"]) == ("computing", 2)  # of each April once more
        compensation.pass_time(compensation.now)
        done = compensation.do("get_pay_run", pay_run_id=begun["id"])
        assert (done["status"], numbers(done)) == ("computed", (4, 4, 0, "66680.00"))

    def test_a_step_that_is_done_twice_at_once_is_done_once(self, compensation: Harness, in_small_parts: None) -> None:
        set_tariff(compensation)
        many_agreements(compensation, 4)
        begun = compute(compensation)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: compensation.pass_time(LAST_OF_APRIL), range(4)))
        done = compensation.do("get_pay_run", pay_run_id=begun["id"])
        assert (done["status"], numbers(done)) == ("computed", (4, 4, 0, "66680.00"))

    def test_computed_anew_in_the_middle_it_begins_anew(self, compensation: Harness, in_small_parts: None) -> None:
        set_tariff(compensation)
        many_agreements(compensation, 3)
        compute(compensation)
        again = compute(compensation, actor="bo")
        compensation.pass_time(LAST_OF_APRIL)
        done = compensation.do("get_pay_run", pay_run_id=again["id"])
        assert (numbers(done), done["computed_by"]) == ((3, 3, 0, "50010.00"), "bo")

    def test_one_municipalitys_run_fails_alone(self, compensation: Harness, in_small_parts: None) -> None:
        broken, other = compensation.tenant, compensation.new_tenant()
        begun = {}
        for tenant in (broken, other):
            set_tariff(compensation, tenant=tenant)
            for _ in range(3):
                a_signed_agreement(compensation, tenant=tenant)
            begun[tenant] = compute(compensation, tenant=tenant)["id"]

        def state(tenant: str) -> tuple[str, tuple[int, int, int, str]]:
            run = compensation.do("get_pay_run", pay_run_id=begun[tenant], tenant=tenant)
            return run["status"], numbers(run)

        with no_terms_can_be_read(compensation):
            for tenant in (broken, other):
                compensation.pass_time(LAST_OF_APRIL, tenant=tenant)
        assert state(broken) == ("computing", (1, 1, 0, "16670.00"))
        assert state(other) == ("computed", (3, 3, 0, "50010.00"))
        compensation.pass_time(LAST_OF_APRIL + timedelta(minutes=1))
        assert state(broken) == ("computed", (3, 3, 0, "50010.00"))

    def test_what_changes_meanwhile_is_not_lost(self, compensation: Harness, in_small_parts: None) -> None:
        set_tariff(compensation)
        many_agreements(compensation, 3)
        begun = compute(compensation)
        a_signed_agreement(compensation)
        compensation.pass_time(LAST_OF_APRIL)
        call: dict[str, Any] = {"pay_run_id": begun["id"], "actor": "cecilia"}
        assert compensation.code("approve_pay_run", **call) == (409, "pay_run_outdated")

    def test_what_changes_meanwhile_is_not_lost_either_when_another_month_has_taken_it(
        self, compensation: Harness, in_small_parts: None
    ) -> None:
        set_tariff(compensation)
        many_agreements(compensation, 3)
        begun = compute(compensation)
        a_signed_agreement(compensation)
        compute(compensation, "2024-03")
        compensation.pass_time(LAST_OF_APRIL)
        call: dict[str, Any] = {"pay_run_id": begun["id"], "actor": "cecilia"}
        assert compensation.code("approve_pay_run", **call) == (409, "pay_run_outdated")


class TestTheDatabaseItself:
    @pytest.mark.parametrize(
        "statement",
        [
            "update pay_run set held = held + 1",
            (
                "insert into pay_run (id, month, status, expected, paid, held, total, computed_by, computed_at, "
                "version, changed_at) values ('another', '2024-04', 'computed', 0, 0, 0, 0, 'bo', now(), 1, now())"
            ),
            "update pay_run_line set amount = null",
            "update pay_run_line set reason_code = 'both', detail = 'both'",
        ],
    )
    def test_it_refuses_a_run_that_does_not_hold_together(self, compensation: Harness, statement: str) -> None:
        set_tariff(compensation)
        a_signed_agreement(compensation)
        compute(compensation)
        with psycopg.connect(compensation.owner_url) as connection:
            connection.execute("select set_config('hemvist.tenant', %s, true)", (compensation.tenant,))
            with pytest.raises(psycopg.errors.IntegrityError):
                connection.execute(statement)

    def test_it_keeps_amounts_as_exact_numbers(self, compensation: Harness) -> None:
        with psycopg.connect(compensation.owner_url) as connection:
            rows = connection.execute(
                "select table_name, column_name from information_schema.columns "
                "where table_schema = 'public' and data_type in ('real', 'double precision', 'money')"
            ).fetchall()
        assert rows == []
