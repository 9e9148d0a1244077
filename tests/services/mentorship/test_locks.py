"""Whatever may choose a mentor waits for the others that do before it keeps any row from them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text

from services.investigation.contract.events import (
    APPROVAL_EXPIRED,
    APPROVAL_REINSTATED,
    APPROVAL_REVOKED,
    APPROVAL_SUSPENDED,
    HOME_APPROVED,
    HOME_CHANGED,
    HOME_WEEDED,
)
from services.kernel.contracts import Event
from services.kernel.messages.context import Context
from services.kernel.testing import Harness
from services.mentorship.model import Approval, Home
from services.mentorship.offers import choosing
from services.placement.contract.events import PLACEMENT_STARTED
from tests.home_changes import a_change, a_weeding
from tests.services.mentorship.conftest import a_start, an_approval, register
from tests.waiting import eventually

_WAITS = text("""select pid from pg_locks where locktype = 'advisory' and not granted
    and database = (select oid from pg_database where datname = current_database())""")


def said(approval: dict[str, Any]) -> dict[Event, dict[str, Any]]:
    """What may be told of a home, after which mentors are chosen anew."""
    which = {name: approval[name] for name in ("approval_id", "home_id")}
    turned = {**which, "on": date(2026, 6, 1)}
    return {
        HOME_APPROVED: {**approval, "places": 1},
        **dict.fromkeys((APPROVAL_SUSPENDED, APPROVAL_REINSTATED, APPROVAL_REVOKED), turned),
        APPROVAL_EXPIRED: {**which, "valid_until": date(2028, 4, 30)},
        HOME_CHANGED: a_change(approval["home_id"]),
        HOME_WEEDED: a_weeding(approval["home_id"], approval_ids=[approval["approval_id"]]),
        PLACEMENT_STARTED: a_start(approval["home_id"]),
    }


@pytest.mark.parametrize("event", list(said(an_approval())), ids=lambda event: event.name)
def test_two_at_once_do_not_wait_for_each_other(mentorship: Harness, event: Event) -> None:
    approval = an_approval()
    mentorship.react(HOME_APPROVED, approval)
    register(mentorship, approval["home_id"])
    rows = ((Home, approval["home_id"]), (Approval, approval["approval_id"]))
    context = Context(tenant=mentorship.tenant, actor="", request_id="", deadline=0)
    with ThreadPoolExecutor(1) as pool, mentorship.database.unit(context) as unit:
        choosing.choose_alone(unit)
        other = pool.submit(mentorship.react, event, said(approval)[event])
        eventually(lambda: unit.session.execute(_WAITS).all())
        for row_type, row_id in rows:
            locking = select(row_type.id).where(row_type.id == row_id).with_for_update(nowait=True)
            assert unit.session.scalar(locking) == row_id
        unit.session.rollback()
        other.result()
