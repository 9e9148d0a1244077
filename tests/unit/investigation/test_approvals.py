"""R15: an approval is suspended, holds again, or ends before its last day; each with who, when and why."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.investigation.contract.approvals import (
    ApprovalEnded,
    ApprovalNotSuspended,
    ApprovalState,
    ApprovalSuspendedAlready,
)
from services.investigation.model import Approval

LAST_MORNING = datetime(2028, 5, 31, 21, 59, tzinfo=UTC)  # 23:59 in Sweden
NEXT_DAY = datetime(2028, 5, 31, 22, tzinfo=UTC)
MAY = datetime(2026, 5, 2, 9, tzinfo=UTC)
WHO: dict[str, Any] = {"by": "dagny", "at": MAY}


def an_approval() -> Approval:
    return Approval(
        id="approval", home_id="home", standing="stands", valid_until=date(2028, 5, 31), revoked_on=None, changes=[]
    )


def state(approval: Approval, day: date = date(2026, 5, 2), *, waits: bool = False) -> ApprovalState:
    return approval.state_on(day, waits=waits)


class TestStanding:
    def test_it_is_valid_through_its_last_day_and_expired_on_the_next(self) -> None:
        approval = an_approval()
        assert state(approval, date(2028, 5, 31)) == ApprovalState.VALID
        assert state(approval, date(2028, 6, 1)) == ApprovalState.EXPIRED

    def test_it_waits_with_its_home_as_long_as_nothing_worse_holds(self) -> None:
        approval = an_approval()
        assert state(approval, waits=True) == ApprovalState.WAITING
        approval.suspend("A concern.", **WHO)
        assert state(approval, waits=True) == ApprovalState.SUSPENDED

    def test_suspended_and_reinstated_it_is_what_it_was_and_both_stay_with_their_reasons(self) -> None:
        approval = an_approval()
        approval.suspend("A concern.", by="dagny", at=MAY)
        approval.reinstate("It was unfounded.", by="dora", at=MAY)
        assert state(approval) == ApprovalState.VALID
        assert [(one.standing, one.reasons, one.decided_by) for one in approval.changes] == [
            ("suspended", "A concern.", "dagny"),
            ("stands", "It was unfounded.", "dora"),
        ]

    def test_revoked_it_has_ended_that_day_whatever_its_last_day_is(self) -> None:
        approval = an_approval()
        approval.revoke("Violence.", **WHO)
        assert state(approval) == ApprovalState.REVOKED
        assert state(approval, date(2029, 1, 1)) == ApprovalState.REVOKED
        assert approval.last_day == date(2026, 5, 2)

    def test_a_suspended_one_can_be_revoked(self) -> None:
        approval = an_approval()
        approval.suspend("A concern.", **WHO)
        approval.revoke("It was true.", **WHO)
        assert state(approval) == ApprovalState.REVOKED


class TestRefusals:
    def test_it_is_not_suspended_twice(self) -> None:
        approval = an_approval()
        approval.suspend("A concern.", **WHO)
        with pytest.raises(ApprovalSuspendedAlready):
            approval.suspend("Another one.", **WHO)
        assert len(approval.changes) == 1

    def test_only_a_suspended_one_is_reinstated(self) -> None:
        with pytest.raises(ApprovalNotSuspended):
            an_approval().reinstate("So.", **WHO)

    @pytest.mark.parametrize("what", ["suspend", "reinstate", "revoke"])
    def test_nothing_is_decided_of_one_that_has_been_revoked(self, what: str) -> None:
        approval = an_approval()
        approval.revoke("Violence.", **WHO)
        with pytest.raises(ApprovalEnded):
            getattr(approval, what)("So.", **WHO)

    @pytest.mark.parametrize("what", ["suspend", "revoke"])
    def test_it_can_be_ended_until_midnight_of_its_last_day_in_sweden(self, what: str) -> None:
        with pytest.raises(ApprovalEnded):
            getattr(an_approval(), what)("So.", by="dagny", at=NEXT_DAY)
        approval = an_approval()
        getattr(approval, what)("So.", by="dagny", at=LAST_MORNING)
        assert state(approval) != ApprovalState.VALID
