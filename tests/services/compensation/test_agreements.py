"""A started placement makes one draft, its end ends it, and a caseworker signs it once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import psycopg
import pytest

from services.compensation.contract.events import AGREEMENT_SIGNED
from services.investigation.contract.events import HOME_CHANGED
from services.kernel.testing import Harness
from services.placement.contract.events import PLACEMENT_ENDED, PLACEMENT_STARTED
from tests.home_changes import a_change, an_adult
from tests.services.compensation.conftest import (
    a_signed_agreement,
    a_start,
    an_agreement,
    compute,
    lines_of,
    set_tariff,
    signs_alone,
)


def the_end(started: dict[str, Any], day: date) -> dict[str, Any]:
    return {"placement_id": started["placement_id"], "home_id": started["home_id"], "ends_on": day}


class TestOnPlacementStarted:
    def test_a_draft_is_made_at_the_base_levels_for_the_first_adult(self, compensation: Harness) -> None:
        started = a_start(starts_on=date(2024, 4, 12))
        compensation.react(PLACEMENT_STARTED, started)
        (agreement,) = compensation.do("list_agreements")["items"]
        assert {**agreement, "id": None} == {
            "id": None,
            "home_id": started["home_id"],
            "placement_id": started["placement_id"],
            "kind": "placement",
            "status": "draft",
            "starts_on": "2024-04-12",
            "ends_on": None,
            "fee_level": "base",
            "cost_level": "base",
            "payee_adult_id": started["adult_ids"][0],
            "payee_name": None,
            "signed_on": None,
            "signed_by": None,
            "protected_identity": False,
        }
        shown = compensation.do("get_agreement", agreement_id=agreement["id"])
        assert {name: shown[name] for name in agreement} == agreement
        (terms,) = shown["terms"]
        assert (terms["from"], terms["agreed"], terms["signed_by"], terms["home_signed_by"]) == (
            "2024-04-12",
            False,
            None,
            None,
        )
        assert terms["payees"] == [{"adult_id": started["adult_ids"][0], "percent": "100"}]

    @pytest.mark.parametrize("assignment", ["network_home", "emergency_home"])
    def test_network_and_emergency_homes_are_paid_as_family_homes(self, compensation: Harness, assignment: str) -> None:
        compensation.react(PLACEMENT_STARTED, a_start(assignment=assignment))
        assert compensation.do("list_agreements")["total"] == 1

    @pytest.mark.parametrize(
        ("assignment", "levels"), [("contact_family", ("base", "base")), ("contact_person", ("1", "low"))]
    )
    def test_contact_families_and_contact_persons_have_agreements_of_their_own_levels(
        self, compensation: Harness, assignment: str, levels: tuple[str, str]
    ) -> None:
        compensation.react(PLACEMENT_STARTED, a_start(assignment=assignment))
        (agreement,) = compensation.do("list_agreements")["items"]
        assert (agreement["fee_level"], agreement["cost_level"]) == levels

    def test_a_child_in_a_contracted_home_has_no_agreement_of_its_own(self, compensation: Harness) -> None:
        started = a_start(assignment="contracted_emergency_home")
        compensation.react(PLACEMENT_STARTED, started)
        compensation.react(PLACEMENT_ENDED, the_end(started, date(2024, 4, 20)))
        assert compensation.do("list_agreements")["total"] == 0

    @pytest.mark.parametrize(("last", "waits"), [(date(2024, 4, 12), 1), (date(2024, 4, 11), 0)])
    def test_nobody_waits_for_the_signature_of_what_was_cancelled_before_it_began(
        self, compensation: Harness, last: date, waits: int
    ) -> None:
        started = a_start(starts_on=date(2024, 4, 12))
        compensation.react(PLACEMENT_STARTED, started)
        compensation.react(PLACEMENT_ENDED, the_end(started, last))
        found = compensation.do("view_waiting", roles=["caseworker"])["items"]
        assert sum(one["count"] for one in found if one["kind"] == "unsigned_agreement") == waits

    def test_delivered_twice_is_done_once(self, compensation: Harness) -> None:
        message = compensation.message(PLACEMENT_STARTED, a_start())
        assert compensation.deliver(PLACEMENT_STARTED, message).done
        assert compensation.deliver(PLACEMENT_STARTED, message).done
        assert compensation.do("list_agreements")["total"] == 1

    def test_the_same_placement_recorded_again_changes_nothing(self, compensation: Harness) -> None:
        started = a_start()
        compensation.react(PLACEMENT_STARTED, started)
        (before,) = compensation.do("list_agreements")["items"]
        compensation.react(PLACEMENT_STARTED, started)
        assert compensation.do("list_agreements")["items"] == [before]

    def test_ten_at_once_make_one(self, compensation: Harness) -> None:
        started = a_start()
        messages = [compensation.message(PLACEMENT_STARTED, started) for _ in range(10)]
        with ThreadPoolExecutor(10) as pool:
            outcomes = list(pool.map(lambda message: compensation.deliver(PLACEMENT_STARTED, message), messages))
        assert all(outcome.done for outcome in outcomes)
        assert compensation.do("list_agreements")["total"] == 1

    def test_a_placement_without_an_adult_to_pay_is_held_until_somebody_says_who_is_paid(
        self, compensation: Harness
    ) -> None:
        set_tariff(compensation)
        a_signed_agreement(compensation, adult_ids=[])
        (line,) = lines_of(compensation, compute(compensation))
        assert line["reason_code"] == "payee_missing"

    def test_the_other_municipality_has_none(self, compensation: Harness) -> None:
        compensation.react(PLACEMENT_STARTED, a_start())
        assert compensation.do("list_agreements", tenant=compensation.new_tenant())["total"] == 0

    def test_the_database_holds_no_day_of_birth_in_clear_text(self, compensation: Harness) -> None:
        compensation.react(PLACEMENT_STARTED, a_start(birth_date=date(2016, 1, 20)))
        with psycopg.connect(compensation.owner_url) as connection:
            connection.execute("select set_config('hemvist.tenant', %s, true)", (compensation.tenant,))
            for table in ("placement", "agreement"):
                rows = connection.execute(f"select t::text from {table} t").fetchall()
                assert rows, table
                for (row,) in rows:
                    assert "2016-01-20" not in row
                    assert b"2016-01-20".hex() not in row


class TestOnPlacementEnded:
    def test_the_agreement_ends_on_the_placements_last_day(self, compensation: Harness) -> None:
        started = a_start()
        agreement = an_agreement(compensation, **started)
        before = compensation.etag("get_agreement", agreement_id=agreement["id"])
        compensation.react(PLACEMENT_ENDED, the_end(started, date(2024, 4, 20)))
        ended = compensation.reply("get_agreement", agreement_id=agreement["id"])
        assert (ended["body"]["ends_on"], ended["body"]["status"]) == ("2024-04-20", "draft")
        assert ended["etag"] != before

    @pytest.mark.parametrize("order", [(2, 3, 4), (4, 3, 2), (3, 4, 2)])
    def test_of_several_ends_the_one_that_was_said_last_stands_in_whatever_order_they_come(
        self, compensation: Harness, order: tuple[int, ...]
    ) -> None:
        started, days = a_start(), {2: 20, 3: 18, 4: 25}
        agreement = an_agreement(compensation, **started)
        for version in order:
            end = the_end(started, date(2024, 4, days[version]))
            message = compensation.message(PLACEMENT_ENDED, end, version=version)
            assert compensation.deliver(PLACEMENT_ENDED, message).done
        assert compensation.do("get_agreement", agreement_id=agreement["id"])["ends_on"] == "2024-04-25"

    def test_the_same_end_recorded_again_changes_nothing(self, compensation: Harness) -> None:
        started = a_start()
        agreement = an_agreement(compensation, **started)
        message = compensation.message(PLACEMENT_ENDED, the_end(started, date(2024, 4, 20)))
        assert compensation.deliver(PLACEMENT_ENDED, message).done
        before = compensation.etag("get_agreement", agreement_id=agreement["id"])
        assert compensation.deliver(PLACEMENT_ENDED, message).done
        compensation.react(PLACEMENT_ENDED, the_end(started, date(2024, 4, 20)))
        assert compensation.etag("get_agreement", agreement_id=agreement["id"]) == before

    def test_an_end_that_comes_before_the_start_waits_for_it(self, compensation: Harness) -> None:
        started = a_start()
        message = compensation.message(PLACEMENT_ENDED, the_end(started, date(2024, 4, 20)))
        outcome = compensation.deliver(PLACEMENT_ENDED, message)
        assert not outcome.done
        assert "TooEarly" in outcome.reason
        agreement = an_agreement(compensation, **started)
        assert agreement["ends_on"] is None
        assert compensation.deliver(PLACEMENT_ENDED, message).done
        assert compensation.do("get_agreement", agreement_id=agreement["id"])["ends_on"] == "2024-04-20"

    def test_an_end_recorded_by_another_municipality_ends_nothing_here(self, compensation: Harness) -> None:
        started = a_start()
        agreement = an_agreement(compensation, **started)
        other = compensation.new_tenant()
        message = compensation.message(PLACEMENT_ENDED, the_end(started, date(2024, 4, 20)), tenant=other)
        assert not compensation.deliver(PLACEMENT_ENDED, message).done
        assert compensation.do("get_agreement", agreement_id=agreement["id"])["ends_on"] is None


class TestSignAgreement:
    @pytest.fixture(autouse=True)
    def alone(self, compensation: Harness) -> None:
        signs_alone(compensation)

    def test_a_draft_is_signed_by_whoever_signs_and_recorded(self, compensation: Harness) -> None:
        agreement = an_agreement(compensation)
        signed = compensation.do("sign_agreement", agreement_id=agreement["id"], actor="bo")
        assert signed == {**agreement, "status": "signed", "signed_on": "2024-04-30", "signed_by": "bo"}
        shown = compensation.do("get_agreement", agreement_id=agreement["id"])
        assert {name: shown[name] for name in signed} == signed
        (recorded,) = compensation.recorded(AGREEMENT_SIGNED)
        assert recorded == {
            "agreement_id": agreement["id"],
            "placement_id": agreement["placement_id"],
            "home_id": agreement["home_id"],
            "signed_on": date(2024, 4, 30),
            "kind": "placement",
        }

    def test_it_is_signed_once(self, compensation: Harness) -> None:
        signed = a_signed_agreement(compensation)
        assert compensation.code("sign_agreement", agreement_id=signed["id"]) == (409, "agreement_already_signed")
        assert len(compensation.recorded(AGREEMENT_SIGNED)) == 1

    def test_twice_with_the_same_key_is_recorded_once(self, compensation: Harness) -> None:
        agreement = an_agreement(compensation)
        first = compensation.do("sign_agreement", agreement_id=agreement["id"], idempotency_key="k")
        assert compensation.do("sign_agreement", agreement_id=agreement["id"], idempotency_key="k") == first
        assert len(compensation.recorded(AGREEMENT_SIGNED)) == 1

    def test_ten_at_once_sign_it_once(self, compensation: Harness) -> None:
        agreement = an_agreement(compensation)
        with ThreadPoolExecutor(10) as pool:
            replies = list(
                pool.map(lambda _: compensation.reply("sign_agreement", agreement_id=agreement["id"]), range(10))
            )
        assert sum("body" in reply for reply in replies) == 1
        assert len(compensation.recorded(AGREEMENT_SIGNED)) == 1

    def test_an_agreement_that_has_ended_can_still_be_signed(self, compensation: Harness) -> None:
        started = a_start()
        agreement = an_agreement(compensation, **started)
        compensation.react(PLACEMENT_ENDED, the_end(started, date(2024, 4, 20)))
        assert compensation.do("sign_agreement", agreement_id=agreement["id"])["status"] == "signed"

    def test_the_other_municipality_finds_nothing(self, compensation: Harness) -> None:
        agreement = an_agreement(compensation)
        call: dict[str, Any] = {"agreement_id": agreement["id"], "tenant": compensation.new_tenant()}
        assert compensation.code("get_agreement", **call) == (404, "not_found")
        assert compensation.code("sign_agreement", **call) == (404, "not_found")
        assert compensation.do("get_agreement", agreement_id=agreement["id"])["status"] == "draft"

    def test_payroll_reads_and_does_not_sign(self, compensation: Harness) -> None:
        agreement = an_agreement(compensation)
        call: dict[str, Any] = {"agreement_id": agreement["id"], "roles": ["payroll"]}
        shown = compensation.do("get_agreement", **call)
        assert {name: shown[name] for name in agreement} == agreement
        assert compensation.do("list_agreements", roles=["payroll"])["total"] == 1
        assert compensation.code("sign_agreement", **call) == (403, "missing_role")

    def test_nobody_else_reads(self, compensation: Harness) -> None:
        agreement = an_agreement(compensation)
        roles = ["recruiter", "coordinator"]
        assert compensation.code("get_agreement", agreement_id=agreement["id"], roles=roles) == (403, "missing_role")
        assert compensation.code("list_agreements", roles=roles) == (403, "missing_role")


class TestListAgreements:
    def test_a_home_and_a_status_narrow_it(self, compensation: Harness) -> None:
        draft = an_agreement(compensation)
        signed = a_signed_agreement(compensation)

        def ids(**query: str) -> list[str]:
            return [item["id"] for item in compensation.do("list_agreements", query=query)["items"]]

        assert ids() == [signed["id"], draft["id"]]
        assert ids(status="draft") == [draft["id"]]
        assert ids(home_id=signed["home_id"]) == [signed["id"]]
        assert ids(home_id=signed["home_id"], status="draft") == []
        assert compensation.code("list_agreements", query={"status": "lost"}) == (422, "invalid_input")

    def test_pages_hold_each_agreement_once(self, compensation: Harness) -> None:
        made = [an_agreement(compensation)["id"] for _ in range(3)]
        pages = [compensation.do("list_agreements", page={"page": str(n), "limit": "2"}) for n in (1, 2, 3)]
        assert [item["id"] for page in pages for item in page["items"]] == made[::-1]
        assert [page["total"] for page in pages] == [3, 3, 3]


class TestOfAHome:
    HANNES = "189001019802"

    @pytest.fixture
    def own(self, compensation: Harness) -> dict[str, Any]:
        agreement = a_signed_agreement(compensation, adult_ids=["adult-1"])
        adult = an_adult(self.HANNES, id="adult-1")
        compensation.react(HOME_CHANGED, a_change(agreement["home_id"], adults=[adult], protected_identity=True))
        return agreement

    def by_home(self, **call: Any) -> dict[str, Any]:
        return {"roles": ["home"], "personal_number": self.HANNES, "actor": "hannes", **call}

    def test_it_sees_its_own_and_its_own_name_and_not_who_of_the_staff_it_was(
        self, compensation: Harness, own: dict[str, Any]
    ) -> None:
        an_agreement(compensation)
        listed = compensation.do("list_agreements", **self.by_home())
        assert listed["total"] == 1
        shown = compensation.do("get_agreement", agreement_id=own["id"], **self.by_home())
        assert listed["items"] == [{name: shown[name] for name in listed["items"][0]}]
        assert [terms["signed_by"] for terms in shown["terms"]] == [None]
        assert (shown["payee_name"], shown["signed_by"], shown["signed_on"]) == ("Anna Andersson", None, "2024-04-30")
        assert compensation.do("get_agreement", agreement_id=own["id"], roles=["caseworker"])["payee_name"] is None

    def test_it_sees_no_other_homes_also_by_its_filters(self, compensation: Harness, own: dict[str, Any]) -> None:
        other = an_agreement(compensation)
        assert compensation.code("get_agreement", agreement_id=other["id"], **self.by_home()) == (404, "not_found")
        asked = {"home_id": other["home_id"]}
        assert compensation.do("list_agreements", query=asked, **self.by_home())["items"] == []

    def test_it_signs_its_own_and_no_others(self, compensation: Harness) -> None:
        others = an_agreement(compensation)
        assert compensation.code("sign_agreement", agreement_id=others["id"], **self.by_home()) == (404, "not_found")
