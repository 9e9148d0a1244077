"""A flood of the open form is not the staff's trouble: on the running platform."""

import threading
from collections import Counter
from itertools import cycle

import requests

from deploy.cli.platform import Platform
from services.intake.contract.form import SubmitApplication
from tests.faults.reading import assert_as_fast, reads
from tests.staff import Staff

FLOOD = 1_000
#: What machines send: nonsense, what fills in the trap, half a form, what is far too large.
BAD = (
    {"kind": "nonsense"},
    {"kind": "callback", "phone": "+46701234567", "consent": True, "website": "https://spam.example"},
    {**SubmitApplication.example, "adults": []},
    {**SubmitApplication.example, "message": "x" * 900_000},
)


def test_a_thousand_bad_forms_a_minute_leave_the_staffs_reads_as_fast_as_they_are(platform: Platform) -> None:
    """As many as a minute allows, and as fast as they go, to the very municipality whose staff work."""
    staff = Staff(platform, "borlange", "recruiter")
    staff.post("/applications", SubmitApplication.example)
    before = staff.get("/applications")["total"]
    calm = reads(staff, lambda count: count < 20)
    statuses: Counter[int] = Counter()

    def flood() -> None:
        with requests.Session() as machine:
            for _, form in zip(range(FLOOD), cycle(BAD), strict=False):
                statuses[machine.post(f"{staff.base}/applications", json=form, timeout=60).status_code] += 1

    flooding = threading.Thread(target=flood)
    flooding.start()
    times = reads(staff, lambda _count: flooding.is_alive())
    assert sum(statuses.values()) == FLOOD
    assert set(statuses) <= {422, 429}, statuses
    assert_as_fast(times, calm=calm)
    assert staff.get("/applications")["total"] == before, "nothing of it was stored"
