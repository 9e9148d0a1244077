"""Staff with a protected identity: who has looked at or changed something is kept, and said to nobody else."""

import psycopg
import pytest

from services.kernel.testing import Harness
from tests.services.kernel.conftest import protect

RIGHT = {"roles": ["auditor", "protected"], "reason": "The yearly check."}


def look(probe: Harness, actor: str) -> None:
    thing = probe.do("make_thing", body={"name": f"of {actor}"}, actor="bo")
    probe.do("get_thing", thing_id=thing["id"], actor=actor, actor_name=f"{actor.title()} Ek")


def lookers(probe: Harness, **call: object) -> list[tuple[str | None, str | None, bool]]:
    lines = [line for line in probe.do("list_access", **call)["items"] if line["operation"] == "get_thing"]
    return [(line["actor"], line["actor_name"], line["protected_identity"]) for line in lines]


class TestTheLogOfAccess:
    def test_it_does_not_say_who_of_protected_staff_has_looked(self, probe: Harness) -> None:
        look(probe, "ivar")
        look(probe, "eva")
        protect(probe, "ivar")
        assert lookers(probe) == [("eva", "Eva Ek", False), (None, None, True)]

    def test_but_with_the_right_and_a_reason_and_that_stands_in_it(self, probe: Harness) -> None:
        look(probe, "ivar")
        protect(probe, "ivar")
        assert lookers(probe, **RIGHT) == [("ivar", "Ivar Ek", True)]
        newest = probe.do("list_access")["items"][0]
        assert (newest["operation"], newest["reason"], newest["subjects"]) == ("list_access", RIGHT["reason"], [])

    def test_it_says_it_again_when_the_identity_is_protected_no_longer(self, probe: Harness) -> None:
        look(probe, "ivar")
        protect(probe, "ivar")
        protect(probe, "ivar", is_protected=False)
        assert lookers(probe) == [("ivar", "Ivar Ek", False)]

    def test_of_another_municipality_nobody_is_protected_by_it(self, probe: Harness) -> None:
        other = probe.new_tenant()
        protect(probe, "ivar")
        probe.tenant = other
        look(probe, "ivar")
        assert lookers(probe) == [("ivar", "Ivar Ek", False)]


class TestSettings:
    @pytest.fixture
    def changed(self, probe: Harness) -> Harness:
        body = {"value": 9, "reason": "Because."}
        probe.do("change_setting", setting_name="probe.patience", body=body, if_match="*", actor="ivar")
        protect(probe, "ivar")
        return probe

    def test_their_history_does_not_say_it_either(self, changed: Harness) -> None:
        shown = changed.do("get_setting", setting_name="probe.patience")
        assert (shown["changed_by"], [one["by"] for one in shown["history"]]) == (None, [None])
        opened = changed.do("get_setting", setting_name="probe.patience", roles=["admin", "protected"], reason="So.")
        assert (opened["changed_by"], [one["by"] for one in opened["history"]]) == ("ivar", ["ivar"])

    def test_who_did_it_is_kept(self, changed: Harness, admin: "psycopg.Connection[object]") -> None:
        found = admin.execute("select set_by from setting where tenant = %s", (changed.tenant,)).fetchall()
        assert found == [("ivar",)]


def test_an_answer_that_opened_a_protected_identity_is_not_given_again_without_a_reason(probe: Harness) -> None:
    call = {"body": {"name": "one"}, "idempotency_key": "k", "roles": ["prober", "protected"]}
    probe.do("make_thing", reason="So.", **call)
    assert probe.do("make_thing", reason="So.", **call)["name"] == "one"
    assert probe.code("make_thing", **call) == (422, "idempotency_key_reused")
